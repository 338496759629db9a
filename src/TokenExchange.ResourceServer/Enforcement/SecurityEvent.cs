using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>What a security event token (RFC 8417) of the server means here.</summary>
internal abstract record SecurityEvent
{
    private const string StreamEvents = "https://schemas.openid.net/secevent/ssf/event-type/";

    /// <summary>Something has been revoked.</summary>
    public sealed record Revoked(string Kind, string Id, DateTimeOffset RevokedAt, IReadOnlyList<string> Tokens) : SecurityEvent;

    /// <summary>The policies have changed.</summary>
    public sealed record PoliciesChanged : SecurityEvent;

    /// <summary>It is about the stream itself.</summary>
    public sealed record AboutTheStream : SecurityEvent;

    /// <summary>What this app wants to be told.</summary>
    public static IReadOnlyList<string> Types(string authority) => [SecurityEventNames.SessionRevoked, SecurityEventNames.PoliciesChanged(authority)];

    /// <summary>Reads the claims; null when it is not understood in full, and might then be a revocation.</summary>
    public static SecurityEvent? Read(JsonElement claims, string authority)
    {
        if (!claims.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object || events.EnumerateObject().ToArray() is not [var only])
        {
            return null;
        }

        return only.Name switch
        {
            SecurityEventNames.SessionRevoked => ReadRevocation(only.Value),
            _ when string.Equals(only.Name, SecurityEventNames.PoliciesChanged(authority), StringComparison.Ordinal) => new PoliciesChanged(),
            _ when only.Name.StartsWith(StreamEvents, StringComparison.Ordinal) => new AboutTheStream(),
            _ => null,
        };
    }

    private static Revoked? ReadRevocation(JsonElement said) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty("root", out var root) && root.ValueKind == JsonValueKind.Object
        && JsonClaims.TryGetString(root, "kind", out var kind) && RevocationMemory.Kinds.Contains(kind, StringComparer.Ordinal)
        && root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
        && root.TryGetProperty("revoked_at", out var at) && at.TryGetInt64(out var milliseconds) && milliseconds is >= 0 and < 253402300799000
        && JsonClaims.TryGetStrings(root, "tokens", out var tokens)
            ? new Revoked(kind, id.GetString()!, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), tokens)
            : null;
}
