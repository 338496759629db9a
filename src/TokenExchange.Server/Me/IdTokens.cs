using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Me;

/// <summary>
/// Verifies the ID tokens that users sign in with (OpenID Connect Core 1.0 §3.1.3.7): by the keys and algorithms of the trusted issuer, like everything it says, and read
/// as strictly. That the token answers the request of this browser, its nonce, is for the OpenID Connect client to see.
/// </summary>
public sealed class IdTokens(TrustedJwts trusted, SignInWays ways, CatalogSource catalogs, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private readonly string _ownIssuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Who it says has signed in, by this way.</summary>
    public async Task<Checked<SignedInUser>> VerifyAsync(string? token, SignInWay way, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(way);
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (!CompactJwt.TryParse(token, out var jwt))
        {
            return RefusalReason.SubjectTokenMalformed;
        }

        if (ways.FindIssuer(way.Issuer, catalog) is not { } expected)
        {
            return new Refusal(RefusalReason.IssuerNotTrusted, way.Issuer);
        }

        if (!(await trusted.SignerOfAsync(jwt, SignInWays.UseOf(expected)!, _ => jwt.Type is null || jwt.IsOfType("JWT"), catalog, cancellationToken)).Passed(out var issuer, out var refusal))
        {
            return refusal;
        }

        return string.Equals(issuer.Issuer, way.Issuer, StringComparison.Ordinal)
            ? Judge(jwt.Payload, issuer, way.Settings.ClientId, catalog, clock.GetUtcNow())
            : new Refusal(RefusalReason.IssuerNotTrusted, $"{issuer.Issuer} where {way.Issuer} was asked");
    }

    private Checked<SignedInUser> Judge(JsonElement claims, IssuerDefinition issuer, string clientId, Catalog catalog, DateTimeOffset now)
    {
        if (!JsonClaims.TryGetInstant(claims, ClaimNames.ExpiresAt, out var exp)
            || !JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var iat)
            || !JsonClaims.TryGetOptionalInstant(claims, ClaimNames.NotBefore, out var nbf))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "exp, iat or nbf");
        }

        if (exp <= now || iat > now + _skew || nbf > now + _skew)
        {
            return RefusalReason.SubjectTokenExpired;
        }

        // For us and nobody else: what others can read they could have taken.
        if (!JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences) || !JsonClaims.TryGetOptionalString(claims, "azp", out var presenter))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "aud or azp");
        }

        if (audiences is not [var audience] || !string.Equals(audience, clientId, StringComparison.Ordinal) || (presenter is not null && !string.Equals(presenter, clientId, StringComparison.Ordinal)))
        {
            return RefusalReason.SubjectTokenAudience;
        }

        // Somebody who acts for the user is not the user.
        if (claims.TryGetProperty(ClaimNames.Actor, out _) || claims.TryGetProperty("events", out _))
        {
            return RefusalReason.SubjectTokenBound;
        }

        // A sign-in in the future would be fresh for ever.
        if (!JsonClaims.TryGetOptionalInstant(claims, ClaimNames.AuthTime, out var authTime) || authTime > now + _skew
            || !JsonClaims.TryGetOptionalString(claims, issuer.Claims.Session, out var session) || !JsonClaims.TryGetString(claims, ClaimNames.Subject, out var sub))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, $"sub, auth_time or {issuer.Claims.Session}");
        }

        if (!SubjectNames.User(issuer, sub, catalog, _ownIssuer).Passed(out var subject, out var refusal))
        {
            return refusal;
        }

        // A name that cannot be shown is none.
        return new SignedInUser(
            subject, issuer.Issuer, JsonClaims.TryGetString(claims, "name", out var name) ? name : sub,
            session is null ? SubjectNames.Session(issuer, subject, authTime ?? iat) : SubjectNames.Session(issuer, subject, session), authTime);
    }
}
