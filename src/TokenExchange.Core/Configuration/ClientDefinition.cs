using System.Text.Json;

namespace TokenExchange.Core.Configuration;

/// <summary>An OAuth client of this server. It has exactly one of <see cref="SecretSha256"/>, <see cref="Jwks"/> and <see cref="JwksUri"/>.</summary>
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

    /// <summary>Public keys for <c>private_key_jwt</c> (RFC 7517 §5).</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its public keys are published.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Host names and addresses outside the public internet that <see cref="JwksUri"/> may point to. Default none.</summary>
    public IReadOnlyList<string> AllowPrivateHosts { get; init; } = [];

    /// <summary>Whether it can authenticate. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>From this instant on it cannot authenticate; null means it does not expire.</summary>
    public DateTimeOffset? Expires { get; init; }
}
