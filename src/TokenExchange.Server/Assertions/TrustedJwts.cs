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

/// <summary>The times of a JWT.</summary>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>.</param>
/// <param name="NotBefore"><c>nbf</c>; null when absent.</param>
internal sealed record JwtTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? NotBefore);

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
        return (await SignerOfAsync(jwt, use, issuer => IsOfType(jwt, issuer), catalog, cancellationToken)).Passed(out var issuer, out var refusal)
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

        if (!IssuerOf(jwt, use, catalog).Passed(out var issuer, out var refusal))
        {
            return refusal;
        }

        if (!isOfType(issuer))
        {
            return new Refusal(RefusalReason.SubjectTokenMalformed, $"typ {jwt.Type}");
        }

        if (await keys.FindAsync(KeySource.Of(issuer), jwt.KeyId, cancellationToken) is not { } keySet)
        {
            return new Refusal(RefusalReason.IssuerKeysUnavailable, issuer.Issuer);
        }

        return await JwtSignature.IsValidAsync(jwt, keySet.For(jwt.KeyId), issuer.Algorithms) ? issuer : new Refusal(RefusalReason.SubjectTokenSignature, issuer.Issuer);
    }

    // Each of these judges one thing and knows nothing of the others: the exchange stops at the first refusal, and who tries an assertion is shown all.

    /// <summary>Whether it may have this type of an assertion.</summary>
    internal static bool IsOfType(CompactJwt jwt, IssuerDefinition issuer) => jwt.Type is null || issuer.AssertionTypes.Any(jwt.IsOfType);

    /// <summary>Who says so, if they may for this use: read from the unverified token only to find the keys that must then have signed it.</summary>
    internal Checked<IssuerDefinition> IssuerOf(CompactJwt jwt, string use, Catalog catalog)
    {
        if (!JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var iss))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "iss");
        }

        // What this server signs is never an assertion, whoever lists it.
        return string.Equals(iss, settings.Value.Issuer, StringComparison.Ordinal) || catalog.FindIssuer(iss) is not { } issuer || !issuer.TokenTypes.Contains(use, StringComparer.Ordinal)
            ? new Refusal(RefusalReason.IssuerNotTrusted, iss)
            : issuer;
    }

    /// <summary>When it says it was made, and until when it holds; refused where a claim of these cannot be read.</summary>
    internal static Checked<JwtTimes> TimesOf(JsonElement claims) =>
        JsonClaims.TryGetInstant(claims, ClaimNames.ExpiresAt, out var exp)
        && JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var iat)
        && JsonClaims.TryGetOptionalInstant(claims, ClaimNames.NotBefore, out var nbf)
            ? new JwtTimes(iat, exp, nbf)
            : new Refusal(RefusalReason.SubjectTokenClaims, "exp, iat or nbf");

    /// <summary>Whether it holds now. Expiry knows no leniency; iat and nbf allow for clocks that differ a little.</summary>
    internal bool IsCurrent(JwtTimes times, IssuerDefinition issuer, DateTimeOffset now) =>
        times.ExpiresAt > now && times.IssuedAt <= now + _skew && !(times.NotBefore > now + _skew) && now - times.IssuedAt <= issuer.MaxAssertionAge;

    /// <summary>For whom? Every audience must be expected.</summary>
    internal static Refusal? AudienceProblem(JsonElement claims, IssuerDefinition issuer) =>
        !JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences) ? new Refusal(RefusalReason.SubjectTokenClaims, "aud")
        : audiences.Count == 0 || !audiences.All(a => issuer.Audiences.Contains(a, StringComparer.Ordinal)) ? new Refusal(RefusalReason.SubjectTokenAudience)
        : null;

    /// <summary>A logout token, a security event or an introspection answer is signed by the same key and says nothing of a living session or workload.</summary>
    internal static Refusal? OtherUseProblem(JsonElement claims) =>
        claims.TryGetProperty("events", out _) || claims.TryGetProperty("token_introspection", out _)
        || (claims.TryGetProperty("typ", out var type) && type.ValueKind == JsonValueKind.String && OtherUses.Contains(type.GetString()!, StringComparer.OrdinalIgnoreCase))
            ? new Refusal(RefusalReason.SubjectTokenMalformed, "made for another use")
            : null;

    /// <summary>Dropping an actor it names would launder it, and a key it is bound to was not proven.</summary>
    internal static Refusal? BoundProblem(JsonElement claims) =>
        claims.TryGetProperty(ClaimNames.Actor, out _) || claims.TryGetProperty(ClaimNames.Confirmation, out _) ? new Refusal(RefusalReason.SubjectTokenBound) : null;

    private Checked<TrustedJwt> Judge(JsonElement claims, IssuerDefinition issuer, DateTimeOffset now)
    {
        if (!TimesOf(claims).Passed(out var times, out var refusal))
        {
            return refusal;
        }

        if (!IsCurrent(times, issuer, now))
        {
            return RefusalReason.SubjectTokenExpired;
        }

        return (AudienceProblem(claims, issuer) ?? OtherUseProblem(claims) ?? BoundProblem(claims)) is { } problem ? problem : new TrustedJwt(issuer, claims, times.IssuedAt, times.ExpiresAt);
    }
}
