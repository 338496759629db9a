using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Api;

/// <summary>
/// The claims of a token for this server's own API (RFC 9068): a client speaks for itself, at the server that issued it. It can never be taken for an actor
/// token: it names no actor, and its audience is no resource.
/// </summary>
/// <param name="Issuer"><c>iss</c>, which is also its one <c>aud</c>.</param>
/// <param name="ClientId"><c>client_id</c>, which is also its <c>sub</c>.</param>
/// <param name="Scopes"><c>scope</c>; never empty.</param>
/// <param name="Id"><c>jti</c>.</param>
/// <param name="IssuedAt"><c>iat</c> and <c>nbf</c>, whole seconds.</param>
/// <param name="ExpiresAt"><c>exp</c>, whole seconds.</param>
public sealed record ApiToken(string Issuer, string ClientId, ScopeSet Scopes, string Id, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Writes the claims.</summary>
    public JsonObject ToClaims() => new()
    {
        [ClaimNames.Issuer] = Issuer,
        [ClaimNames.Audience] = Issuer,
        [ClaimNames.ExpiresAt] = ExpiresAt.ToUnixTimeSeconds(),
        [ClaimNames.NotBefore] = IssuedAt.ToUnixTimeSeconds(),
        [ClaimNames.IssuedAt] = IssuedAt.ToUnixTimeSeconds(),
        [ClaimNames.TokenId] = Id,
        [ClaimNames.Subject] = ClientId,
        [ClaimNames.ClientId] = ClientId,
        [ClaimNames.Scope] = Scopes.ToString(),
    };

    /// <summary>Reads the claims of a token whose signature was verified; null when they are not those of a token for the API of this issuer.</summary>
    public static ApiToken? Read(JsonElement claims, string issuer) =>
        !claims.TryGetProperty(ClaimNames.Actor, out _)
        && JsonClaims.TryGetString(claims, ClaimNames.Issuer, out var iss) && string.Equals(iss, issuer, StringComparison.Ordinal)
        && JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences) && audiences is [var audience] && string.Equals(audience, issuer, StringComparison.Ordinal)
        && JsonClaims.TryGetString(claims, ClaimNames.Subject, out var subject)
        && JsonClaims.TryGetString(claims, ClaimNames.ClientId, out var clientId) && string.Equals(subject, clientId, StringComparison.Ordinal)
        && JsonClaims.TryGetString(claims, ClaimNames.TokenId, out var id)
        && claims.TryGetProperty(ClaimNames.Scope, out var scope) && scope.ValueKind == JsonValueKind.String && ScopeSet.TryParse(scope.GetString(), out var scopes)
        && JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var issuedAt)
        && JsonClaims.TryGetInstant(claims, ClaimNames.ExpiresAt, out var expiresAt)
            ? new ApiToken(issuer, clientId, scopes, id, issuedAt, expiresAt)
            : null;
}
