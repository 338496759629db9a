using System.Net;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Me;

/// <summary>
/// Whether a sign-in still holds, asked on every request and answered from the database, so that it is over on every node at once; and what is on record of sign-ins.
/// </summary>
internal sealed class SignIns(
    SignInWays ways, CatalogSource catalogs, RevocationStore revocations, AssertionStore used, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>Whether it holds: not too old, not signed out, its issuer trusted with users still, the user called so still, and nothing of it revoked.</summary>
    public async Task<bool> HoldsAsync(SignedInUser user, SignInTicket ticket, CancellationToken cancellationToken)
    {
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        return clock.GetUtcNow() < ticket.EndsAt
            && ways.FindIssuer(user.Issuer, catalog) is { } issuer
            && ticket.IssuerSub is { } sub && SubjectNames.User(issuer, sub, catalog, settings.Value.Issuer).Passed(out var subject, out _) && string.Equals(subject, user.Subject, StringComparison.Ordinal)
            && !await revocations.AnyAsync([Root.Session(user.Session), new Root(RootKind.Subject, user.Subject), new Root(RootKind.Issuer, user.Issuer)], ticket.Since, cancellationToken)
            && !await used.WasUsedAsync(UseOf(ticket), cancellationToken);
    }

    /// <summary>Puts on record that somebody signed in.</summary>
    public Task RecordAsync(SignedInUser user, IPAddress? source) => ledger.RecordAsync(Record(user, source, "signed_in"), CancellationToken.None);

    /// <summary>Ends a sign-in, on record. A cookie cannot be called back from wherever it was copied to: the sign-in is remembered as used up, as long as the cookie could be good.</summary>
    public Task EndAsync(SignedInUser user, SignInTicket ticket, IPAddress? source) => ledger.RecordOnceAsync(Record(user, source, "signed_out"), UseOf(ticket), CancellationToken.None);

    /// <summary>Puts a refusal on record.</summary>
    public Task RefuseAsync(SignInRefusal refusal, SignInWay way, IPAddress? source) => ledger.RecordAsync(
        new ExchangeRecord
        {
            At = clock.GetUtcNow(), Kind = RecordKind.SignIn, Reason = refusal.Code, SubjectIssuer = way.Issuer, Source = source?.ToString(), Detail = RecordText.Harmless(refusal.Detail),
        },
        CancellationToken.None);

    private static SingleUse UseOf(SignInTicket ticket) => new(Fingerprint.Of("sign-in", ticket.Id), ticket.EndsAt);

    private ExchangeRecord Record(SignedInUser user, IPAddress? source, string reason) => new()
    {
        At = clock.GetUtcNow(), Kind = RecordKind.SignIn, Reason = reason, ClientId = user.Calling(source).ClientId, Subject = user.Subject, SubjectIssuer = user.Issuer, Session = user.Session,
        Source = source?.ToString(), Detail = ReturnUrl.Home,
    };
}
