using System.Text.Json;

namespace TokenExchange.Core.Configuration;

/// <summary>A trusted issuer: an identity provider whose session assertions may be exchanged, or one that names the workloads agents run as.</summary>
public sealed record IssuerDefinition
{
    /// <summary>The exact <c>iss</c> of its assertions.</summary>
    public string Issuer { get; init; } = string.Empty;

    /// <summary>Inline key set (RFC 7517 §5) with public keys only. At most one of this and <see cref="JwksUri"/>; with neither, its discovery document is read.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its key set is published.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Every <c>aud</c> of an assertion must be one of these. For ID tokens: the client ids of the apps whose sessions may be lent. At least one.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Signature algorithms accepted (RFC 7518 §3.1), asymmetric ones only. Default ES256.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["ES256"];

    /// <summary>What its tokens may be presented as: <c>jwt</c> and <c>id_token</c> for users' session assertions, <c>security_event</c> for what it tells of its users at <c>/ssf/events</c>, <c>workload</c>, alone, for an <c>actor_token</c>. Default the first two.</summary>
    public IReadOnlyList<string> TokenTypes { get; init; } = ["jwt", "id_token"];

    /// <summary>Values of the <c>typ</c> header accepted besides an absent one. Default <c>JWT</c>.</summary>
    public IReadOnlyList<string> AssertionTypes { get; init; } = ["JWT"];

    /// <summary>The oldest assertion accepted, counted from its <c>iat</c>, however long it lives. 1 s to 24 h, default 10 min.</summary>
    public TimeSpan MaxAssertionAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether an assertion can be exchanged once only; it then needs a <c>jti</c>. Default false.</summary>
    public bool SingleUse { get; init; }

    /// <summary>Which of its claims mean what.</summary>
    public IssuerClaims Claims { get; init; } = new();

    /// <summary>Goes before its users' <c>sub</c>, e.g. <c>corp|</c>; at most one issuer has none.</summary>
    public string? SubjectPrefix { get; init; }

    /// <summary>Host names and addresses outside the public internet that its keys may be fetched from, e.g. <c>127.0.0.1</c>. Default none.</summary>
    public IReadOnlyList<string> AllowPrivateHosts { get; init; } = [];

    /// <summary>Whether its assertions are accepted at all. Default true.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>Names of the claims in an issuer's assertions.</summary>
public sealed record IssuerClaims
{
    /// <summary>Identifies the session. Default <c>sid</c>. Where an assertion lacks it, the session is known by the user and <c>auth_time</c>.</summary>
    public string Session { get; init; } = "sid";

    /// <summary>Scopes the session itself is limited to; where the assertion carries it, nothing beyond is granted. Default none is read.</summary>
    public string? Scope { get; init; }

    /// <summary>The client the assertion was made for, e.g. <c>azp</c>; where configured it must be there and equal the agent. Default none is read.</summary>
    public string? Presenter { get; init; }
}
