using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Assertions;

/// <summary>A client assertion that proved its client.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Id"><c>jti</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>.</param>
public sealed record ClientAssertion(string ClientId, string Id, DateTimeOffset ExpiresAt);

/// <summary>
/// Verifies <c>private_key_jwt</c> (RFC 7523 §3, OpenID Connect Core §9): signed by the client's own key, made for this issuer, short-lived, usable once.
/// <c>typ</c> may be absent, <c>JWT</c> or <c>client-authentication+jwt</c>, because real clients send all three.
/// </summary>
public sealed class ClientAssertions(CatalogSource catalogs, PublishedKeys keys, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>The longest an assertion may live, from now.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Signature algorithms accepted; the metadata say the same.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256"];

    private readonly string _issuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Verifies one and uses it up; null, whatever the reason, when it proves nothing.</summary>
    public async Task<ClientAssertion?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!CompactJwt.TryParse(token, out var jwt)
            || !(jwt.Type is null || jwt.IsOfType("JWT") || jwt.IsOfType("client-authentication+jwt"))
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var iss)
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.Subject, out var sub) || !string.Equals(iss, sub, StringComparison.Ordinal)
            || !JsonClaims.TryGetStrings(jwt.Payload, ClaimNames.Audience, out var audiences) || audiences is not [var audience] || !string.Equals(audience, _issuer, StringComparison.Ordinal)
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.TokenId, out var jti)
            || !JsonClaims.TryGetInstant(jwt.Payload, ClaimNames.ExpiresAt, out var exp) || exp <= now || exp > now + MaxLifetime + _skew
            || !JsonClaims.TryGetOptionalInstant(jwt.Payload, ClaimNames.IssuedAt, out var iat) || iat > now + _skew
            || !JsonClaims.TryGetOptionalInstant(jwt.Payload, ClaimNames.NotBefore, out var nbf) || nbf > now + _skew)
        {
            return null;
        }

        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (catalog.FindClient(iss, now) is not { } client || (client.Jwks is null && client.JwksUri is null)
            || await keys.FindAsync(new KeySource(client.Jwks, client.JwksUri, null, client.AllowPrivateHosts), jwt.KeyId, cancellationToken) is not { } keySet
            || !await JwtSignature.IsValidAsync(jwt, keySet.For(jwt.KeyId), Algorithms))
        {
            return null;
        }

        // The last check, because it uses the assertion up.
        return await ledger.TryUseAsync(new SingleUse(Fingerprint.Of("client", iss, jti), exp), cancellationToken) ? new ClientAssertion(iss, jti, exp) : null;
    }
}
