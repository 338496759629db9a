using System.Text.Json;

namespace TokenExchange.Core.Configuration;

/// <summary>
/// An OAuth client of this server. It has exactly one of <see cref="SecretSha256"/>, <see cref="Jwks"/>, <see cref="JwksUri"/> and <see cref="TlsCertificate"/>,
/// and authenticates in that way only.
/// </summary>
public sealed record ClientDefinition
{
    /// <summary>The client id.</summary>
    public string ClientId { get; init; } = string.Empty;

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary><c>ai_agent</c>, <c>service</c>, <c>resource</c> or <c>automation</c>.</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>Who answers for it; free text.</summary>
    public string? Owner { get; init; }

    /// <summary>Labels that policies can select by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>base64url of the SHA-256 of a generated 256-bit secret. The secret itself never appears.</summary>
    public string? SecretSha256 { get; init; }

    /// <summary>The hash of the secret before that, accepted as well until <see cref="PreviousSecretExpires"/>, so that whoever runs the client can change over. Both or neither.</summary>
    public string? PreviousSecretSha256 { get; init; }

    /// <summary>From this instant on the previous secret is refused; at most 30 days ahead when it is written. Kept in UTC, whatever offset it was written with.</summary>
    public DateTimeOffset? PreviousSecretExpires { get; init => field = value?.ToUniversalTime(); }

    /// <summary>Public keys for <c>private_key_jwt</c> (RFC 7517 §5).</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its public keys are published.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Host names and addresses outside the public internet that <see cref="JwksUri"/> may point to. Default none.</summary>
    public IReadOnlyList<string> AllowPrivateHosts { get; init; } = [];

    /// <summary>The certificate it presents for <c>tls_client_auth</c> (RFC 8705 §2.1).</summary>
    public TlsCertificateDefinition? TlsCertificate { get; init; }

    /// <summary>The workloads that are instances of this agent: what an <c>actor_token</c> may name. Default none.</summary>
    public IReadOnlyList<WorkloadDefinition> Workloads { get; init; } = [];

    /// <summary>Whether it can authenticate. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>From this instant on it cannot authenticate; null means it does not expire. Kept in UTC, whatever offset it was written with.</summary>
    public DateTimeOffset? Expires { get; init => field = value?.ToUniversalTime(); }

    /// <summary>Whether it can authenticate at this instant.</summary>
    public bool IsUsable(DateTimeOffset now) => Enabled && (Expires is not { } expires || now < expires);
}

/// <summary>
/// How a client's certificate is known (RFC 8705 §2.1.2): exactly one name. The certificate must also chain to one of the authorities of the setting
/// <c>Tls:ClientAuthorities</c>.
/// </summary>
public sealed record TlsCertificateDefinition
{
    /// <summary>The subject's distinguished name as RFC 4514 writes it, e.g. <c>CN=inbox-agent,O=Corp</c>.</summary>
    public string? SubjectDn { get; init; }

    /// <summary>A dNSName among its subject alternative names.</summary>
    public string? SanDns { get; init; }

    /// <summary>A uniformResourceIdentifier among them, e.g. <c>spiffe://corp.example/inbox</c>.</summary>
    public string? SanUri { get; init; }
}

/// <summary>Workloads of one issuer that are instances of an agent.</summary>
public sealed record WorkloadDefinition
{
    /// <summary>A trusted issuer whose <c>tokenTypes</c> include <c>workload</c>.</summary>
    public string Issuer { get; init; } = string.Empty;

    /// <summary>The exact <c>sub</c> of its tokens, or a beginning followed by <c>*</c>, e.g. <c>spiffe://corp.example/inbox/*</c>.</summary>
    public string Subject { get; init; } = string.Empty;

    /// <summary>
    /// Whether a workload of this issuer and subject is meant; <c>*</c> stands for at least one printable ASCII character, and for none of what could
    /// lead to another name: <c>%</c>, <c>;</c> and the segments <c>.</c> and <c>..</c>.
    /// </summary>
    public bool Covers(string issuer, string subject) =>
        string.Equals(Issuer, issuer, StringComparison.Ordinal)
        && (Subject.EndsWith('*')
            ? subject.Length >= Subject.Length && subject.StartsWith(Subject[..^1], StringComparison.Ordinal) && IsPlain(subject[(Subject.Length - 1)..])
            : string.Equals(Subject, subject, StringComparison.Ordinal));

    private static bool IsPlain(string rest) =>
        rest.All(c => c is > ' ' and < '\x7F' and not ('%' or ';')) && !rest.Split('/', '\\').Any(segment => segment is "." or "..");
}
