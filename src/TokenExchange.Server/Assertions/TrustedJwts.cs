using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Assertions;

/// <summary>A JWT that a trusted issuer signed for us and that is current; what else it says is for its reader.</summary>
/// <param name="Issuer">Who says so.</param>
/// <param name="Claims">The claims, strictly read.</param>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>.</param>
public sealed record TrustedJwt(IssuerDefinition Issuer, JsonElement Claims, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>
/// Verifies JWTs of trusted issuers, as far as they have to be alike: who signed, with which algorithm, when, for whom. What they stand for,
/// a user's session, a workload or an event, is judged by whoever asks.
/// </summary>
public sealed class TrustedJwts(PublishedKeys keys, IOptions<ExchangeSettings> settings)
{
    // Values of a typ claim by which identity providers tell their own tokens apart.
    private static readonly string[] OtherUses = ["Refresh", "Offline", "Bearer", "Logout"];

    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Verifies one that is presented for a use: one of the words of <see cref="IssuerDefinition.TokenTypes"/>.</summary>
    public async Task<Checked<TrustedJwt>> VerifyAsync(CompactJwt jwt, string use, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jwt);
        return (await SignerOfAsync(jwt, use, issuer => jwt.Type is null || issuer.AssertionTypes.Any(jwt.IsOfType), catalog, cancellationToken)).Passed(out var issuer, out var refusal)
            ? Judge(jwt.Payload, issuer, now)
            : refusal;
    }

    /// <summary>Who signed it, with a key and an algorithm that are theirs, if they may for this use; nothing is said yet of what it says, nor of its time and reader.</summary>
    /// <param name="jwt">The token.</param>
    /// <param name="use">One of the words of <see cref="IssuerDefinition.TokenTypes"/>.</param>
    /// <param name="isOfType">Whether its <c>typ</c> is right for this use, where this issuer signed it.</param>
    /// <param name="catalog">Whom to trust.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Checked<IssuerDefinition>> SignerOfAsync(CompactJwt jwt, string use, Func<IssuerDefinition, bool> isOfType, Catalog catalog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jwt);
        ArgumentNullException.ThrowIfNull(isOfType);
        ArgumentNullException.ThrowIfNull(catalog);

        // Who says so? The issuer is read from the unverified token only to find the keys that must then have signed it.
        if (!JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var iss))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "iss");
        }

        // What this server signs is never an assertion, whoever lists it.
        if (string.Equals(iss, settings.Value.Issuer, StringComparison.Ordinal) || catalog.FindIssuer(iss) is not { } issuer || !issuer.TokenTypes.Contains(use, StringComparer.Ordinal))
        {
            return new Refusal(RefusalReason.IssuerNotTrusted, iss);
        }

        if (!isOfType(issuer))
        {
            return new Refusal(RefusalReason.SubjectTokenMalformed, $"typ {jwt.Type}");
        }

        if (await keys.FindAsync(KeySource.Of(issuer), jwt.KeyId, cancellationToken) is not { } keySet)
        {
            return new Refusal(RefusalReason.IssuerKeysUnavailable, iss);
        }

        return await JwtSignature.IsValidAsync(jwt, keySet.For(jwt.KeyId), issuer.Algorithms) ? issuer : new Refusal(RefusalReason.SubjectTokenSignature, iss);
    }

    private Checked<TrustedJwt> Judge(JsonElement claims, IssuerDefinition issuer, DateTimeOffset now)
    {
        // When? Expiry knows no leniency; iat and nbf allow for clocks that differ a little.
        if (!JsonClaims.TryGetInstant(claims, ClaimNames.ExpiresAt, out var exp)
            || !JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var iat)
            || !JsonClaims.TryGetOptionalInstant(claims, ClaimNames.NotBefore, out var nbf))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "exp, iat or nbf");
        }

        if (exp <= now || iat > now + _skew || nbf > now + _skew || now - iat > issuer.MaxAssertionAge)
        {
            return RefusalReason.SubjectTokenExpired;
        }

        // For whom? Every audience must be expected.
        if (!JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "aud");
        }

        if (audiences.Count == 0 || !audiences.All(a => issuer.Audiences.Contains(a, StringComparer.Ordinal)))
        {
            return RefusalReason.SubjectTokenAudience;
        }

        // A logout token, a security event or an introspection answer is signed by the same key and says nothing of a living session or workload.
        if (claims.TryGetProperty("events", out _) || claims.TryGetProperty("token_introspection", out _)
            || (claims.TryGetProperty("typ", out var type) && type.ValueKind == JsonValueKind.String && OtherUses.Contains(type.GetString()!, StringComparer.OrdinalIgnoreCase)))
        {
            return new Refusal(RefusalReason.SubjectTokenMalformed, "made for another use");
        }

        // Dropping an actor it names would launder it, and a key it is bound to was not proven.
        if (claims.TryGetProperty(ClaimNames.Actor, out _) || claims.TryGetProperty(ClaimNames.Confirmation, out _))
        {
            return RefusalReason.SubjectTokenBound;
        }

        return new TrustedJwt(issuer, claims, iat, exp);
    }
}
