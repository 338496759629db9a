using System.Net;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Signals;

/// <summary>
/// Receives what identity providers tell of their users (OpenID SSF 1.0) and ends what hangs below: the story of one event. Owns what events mean here;
/// knows nothing of how tokens are issued.
/// </summary>
public sealed class SignalReceiver(
    SecurityEvents events, CatalogSource catalogs, AssertionStore used, RevocationStore revocations, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>Takes one; null when it is taken, now or before. It is on record already, and what it ends is dead on every node.</summary>
    /// <param name="token">The security event token; null when what was sent could not be one.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Refusal?> ReceiveAsync(string? token, IPAddress? source, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var record = new ExchangeRecord
        {
            At = now,
            Kind = RecordKind.SecurityEvent,
            Reason = "taken",
            SubjectTokenHash = token is null ? null : Fingerprint.OfToken(token),
            Source = source?.ToString(),
        };
        var catalog = await catalogs.CurrentAsync(cancellationToken);

        // 1. Who says so?
        if (!(await events.VerifyAsync(token, catalog, now, cancellationToken)).Passed(out var told, out var refusal))
        {
            return await RefuseAsync(record, refusal);
        }

        // 2. Who is not sure to have been heard says it again: nothing happens twice.
        var use = new SingleUse(SecurityEvents.KeyOf(told), told.IssuedAt + SecurityEvents.MaxAge + settings.Value.ClockSkew);
        if (await used.WasUsedAsync(use, cancellationToken))
        {
            return null;
        }

        // 3. What does it mean here?
        var words = $"{RecordText.Harmless(string.Join(' ', told.Events.EnumerateObject().Select(e => e.Name)))}; jti {RecordText.Harmless(told.Id)}";
        record = record with { SubjectIssuer = told.Issuer.Issuer, Detail = words };
        if (!EventMeaning.Of(told, catalog, settings.Value.Issuer).Passed(out var meaning, out refusal))
        {
            return await RefuseAsync(record, refusal);
        }

        // 4. First it is dead, then the event counts as taken: one that an outage interrupts is told again and must be heard.
        record = record with { Subject = meaning.Subject };
        foreach (var root in meaning.Ends)
        {
            await revocations.RevokeAsync(
                root, told.Issuer.Issuer, record with { Kind = RecordKind.Revocation, Reason = "revoked", Session = SessionOf(root) }, cancellationToken);
        }

        // 5. Told twice at the same instant, it ended the same things twice and is on record once.
        var ended = meaning.Ends.Count == 0 ? "nothing ends" : $"ends {string.Join(" and ", meaning.Ends.Select(r => r.Kind == RootKind.Session ? "the session" : "everything of the user"))}";
        await ledger.RecordOnceAsync(record with { Session = meaning.Ends.Select(SessionOf).FirstOrDefault(), Detail = $"{ended}; {words}" }, use, cancellationToken);
        return null;
    }

    private static string? SessionOf(Root root) => root.Kind == RootKind.Session ? root.Id : null;

    private async Task<Refusal> RefuseAsync(ExchangeRecord record, Refusal refusal)
    {
        var detail = string.Join("; ", new[] { RecordText.Harmless(refusal.Detail), record.Detail }.OfType<string>());
        await ledger.RecordAsync(
            record with { Kind = RecordKind.Refusal, Reason = RefusalWire.For(refusal.Reason).Code, Detail = detail.Length == 0 ? null : detail }, CancellationToken.None);
        return refusal;
    }
}
