using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Assertions;

namespace TokenExchange.Server.Clients;

/// <summary>
/// Verifies <c>private_key_jwt</c> (RFC 7523 §3, OpenID Connect Core §9): signed by the client's own key, made for this issuer, short-lived, usable once.
/// <c>typ</c> may be absent, <c>JWT</c> or <c>client-authentication+jwt</c>, because real clients send all three.
/// </summary>
public sealed class ClientAssertions(PublishedKeys keys, AssertionStore used, IOptions<ExchangeSettings> settings)
{
    /// <summary>The longest an assertion may live, from now.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(10);

    // One key for each kind of signature a stranger may bring: where there is no key to try, these are, and they fail.
    private static readonly IReadOnlyList<SecurityKey> Decoys = [new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), new RsaSecurityKey(RSA.Create(2048))];

    private readonly string _issuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Signature algorithms accepted; the metadata say the same.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256"];

    /// <summary>Verifies one and uses it up; null when it proves the client, otherwise what is wrong, for the record.</summary>
    public async Task<string?> ProblemOfAsync(ClientCredentials.Assertion credentials, ClientDefinition? client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Jwt is not { } jwt)
        {
            return "the client assertion is not a JWT of the accepted form";
        }

        if (!TryRead(jwt, now, out var iss, out var jti, out var exp))
        {
            return "a claim or header of the client assertion is missing or wrong";
        }

        if (credentials.ClientId is { } clientId && !string.Equals(clientId, iss, StringComparison.Ordinal))
        {
            return "client_id names another client than the client assertion";
        }

        var keySet = client is { Jwks: not null } or { JwksUri: not null }
            ? await keys.FindAsync(new KeySource(client.Jwks, client.JwksUri, null, client.AllowPrivateHosts), jwt.KeyId, cancellationToken)
            : null;
        var candidates = keySet?.For(jwt.KeyId) ?? [];
        var valid = await JwtSignature.IsValidAsync(jwt, candidates.Count > 0 ? candidates : Decoys, Algorithms);
        if (candidates.Count == 0 || !valid)
        {
            return "the client assertion is not signed by a key of the client";
        }

        // The last check, because it uses the assertion up.
        return await used.TryUseAsync(new SingleUse(Fingerprint.Of("client", iss, jti), exp), cancellationToken) ? null : "the client assertion was used before";
    }

    private bool TryRead(CompactJwt jwt, DateTimeOffset now, out string iss, out string jti, out DateTimeOffset exp)
    {
        (iss, jti, exp) = (string.Empty, string.Empty, default);
        if (!(jwt.Type is null || jwt.IsOfType("JWT") || jwt.IsOfType("client-authentication+jwt"))
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var issuer)
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.Subject, out var sub) || !string.Equals(issuer, sub, StringComparison.Ordinal)
            || !JsonClaims.TryGetStrings(jwt.Payload, ClaimNames.Audience, out var audiences) || audiences is not [var audience] || !string.Equals(audience, _issuer, StringComparison.Ordinal)
            || !JsonClaims.TryGetString(jwt.Payload, ClaimNames.TokenId, out var id)
            || !JsonClaims.TryGetInstant(jwt.Payload, ClaimNames.ExpiresAt, out exp) || exp <= now || exp > now + MaxLifetime + _skew
            || !JsonClaims.TryGetOptionalInstant(jwt.Payload, ClaimNames.IssuedAt, out var iat) || iat > now + _skew
            || !JsonClaims.TryGetOptionalInstant(jwt.Payload, ClaimNames.NotBefore, out var nbf) || nbf > now + _skew)
        {
            return false;
        }

        (iss, jti) = (issuer, id);
        return true;
    }
}
