using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Signals;

/// <summary>What a trusted issuer tells of its users, genuine and current; what it means here is judged later.</summary>
/// <param name="Issuer">Who says so.</param>
/// <param name="Id"><c>jti</c>: the same event is told again under the same.</param>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="Events">The events by their types, each an object; at least one.</param>
/// <param name="Subject"><c>sub_id</c> (RFC 9493); null when absent.</param>
public sealed record SecurityEvent(IssuerDefinition Issuer, string Id, DateTimeOffset IssuedAt, JsonElement Events, JsonElement? Subject);

/// <summary>
/// Verifies security event tokens (RFC 8417): JWTs by which a trusted issuer tells what happened to its users. Its <c>typ</c> keeps one from being anything else
/// an issuer signs, and its <c>events</c> keep it from being an assertion.
/// </summary>
public sealed class SecurityEvents(TrustedJwts trusted, IOptions<ExchangeSettings> settings)
{
    /// <summary>The word among an issuer's <c>tokenTypes</c> for those that may tell of events.</summary>
    public const string Use = "security_event";

    /// <summary>How long after its <c>iat</c> an event is still taken: transmitters try again for a while when this server cannot be reached.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private readonly string _ownIssuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Verifies one; null is what could not even be read.</summary>
    public async Task<Checked<SecurityEvent>> VerifyAsync(string? token, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!CompactJwt.TryParse(token, out var jwt))
        {
            return RefusalReason.SecurityEventMalformed;
        }

        return (await trusted.SignerOfAsync(jwt, Use, _ => jwt.IsOfType(SecurityEventNames.TokenHeader), catalog, cancellationToken)).Passed(out var issuer, out var refusal)
            ? Judge(jwt.Payload, issuer, now)
            : AboutEvent(refusal);
    }

    /// <summary>By what an event is known once it was taken, for as long as it would be taken again.</summary>
    public static string KeyOf(SecurityEvent told)
    {
        ArgumentNullException.ThrowIfNull(told);
        return Fingerprint.Of("event", told.Issuer.Issuer, told.Id);
    }

    private Checked<SecurityEvent> Judge(JsonElement claims, IssuerDefinition issuer, DateTimeOffset now)
    {
        // When? An event does not expire (RFC 8417 §2.2); where its issuer wants it to, it does.
        if (!JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var iat)
            || !JsonClaims.TryGetOptionalInstant(claims, ClaimNames.ExpiresAt, out var exp)
            || !JsonClaims.TryGetOptionalInstant(claims, ClaimNames.NotBefore, out var nbf))
        {
            return new Refusal(RefusalReason.SecurityEventClaims, "iat, exp or nbf");
        }

        if (exp <= now || iat > now + _skew || nbf > now + _skew || now - iat > MaxAge)
        {
            return RefusalReason.SecurityEventExpired;
        }

        // For whom? Transmitters know this server as an audience of their own, or by its name.
        if (!JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences))
        {
            return new Refusal(RefusalReason.SecurityEventClaims, "aud");
        }

        if (audiences.Count == 0 || !audiences.All(a => issuer.Audiences.Contains(a, StringComparer.Ordinal) || string.Equals(a, _ownIssuer, StringComparison.Ordinal)))
        {
            return RefusalReason.SecurityEventAudience;
        }

        if (!JsonClaims.TryGetString(claims, ClaimNames.TokenId, out var jti))
        {
            return new Refusal(RefusalReason.SecurityEventClaims, "jti");
        }

        if (!claims.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object || !events.EnumerateObject().Any()
            || !events.EnumerateObject().All(e => e.Value.ValueKind == JsonValueKind.Object))
        {
            return new Refusal(RefusalReason.SecurityEventClaims, "events");
        }

        return new SecurityEvent(issuer, jti, iat, events, claims.TryGetProperty("sub_id", out var subject) ? subject : null);
    }

    // The checks are the same as for assertions; what is said of them names what was sent.
    private static Refusal AboutEvent(Refusal refusal) => refusal with
    {
        Reason = refusal.Reason switch
        {
            RefusalReason.SubjectTokenMalformed => RefusalReason.SecurityEventMalformed,
            RefusalReason.IssuerNotTrusted => RefusalReason.SecurityEventIssuer,
            RefusalReason.SubjectTokenSignature => RefusalReason.SecurityEventSignature,
            RefusalReason.SubjectTokenClaims => RefusalReason.SecurityEventClaims,
            RefusalReason.IssuerKeysUnavailable => RefusalReason.IssuerKeysUnavailable,
            var other => throw new InvalidOperationException($"{other} is not a refusal of who signed."),
        },
    };
}
