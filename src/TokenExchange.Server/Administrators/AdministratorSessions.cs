using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// Sessions of administrators. The cookie holds the id of one, under the key ring's protection; whether it goes on, whose it is and what that person may do is
/// asked of the database with each request, so that whatever ends it does so at once.
/// </summary>
public sealed class AdministratorSessions(AdministratorSignInStore store, ExchangeLedger ledger, TimeProvider clock)
{
    /// <summary>After so long without a request a session is over.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>After so long a session is over in any case.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    /// <summary>
    /// Begins a session of its own for this sign-in; what the browser brought before is of no account. Null, with nothing written, when the account has changed
    /// since it was judged. The answer still has to carry the returned principal to the browser.
    /// </summary>
    internal async Task<ClaimsPrincipal?> BeginAsync(string accountId, string userName, string securityStamp, IPAddress? source, string how, CancellationToken cancellationToken)
    {
        var (id, now) = (RandomCode.New(), clock.GetUtcNow());
        var record = AdministratorRecords.SignIn(now, AdministratorReasons.SignedIn, userName, source, how);
        return await store.BeginAsync(RandomCode.Hash(id), accountId, securityStamp, now, now - Longest, record, cancellationToken) ? AdministratorPrincipal.OfSession(id) : null;
    }

    /// <summary>Signs out: the session is over for whoever has its cookie.</summary>
    public async Task EndAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        var user = (await http.AuthenticateAsync(AdministratorSchemes.Session)).Principal;
        if (AdministratorPrincipal.SessionOf(user) is { } id)
        {
            await store.EndAsync(RandomCode.Hash(id), cancellationToken);
            await ledger.RecordAsync(
                AdministratorRecords.SignIn(clock.GetUtcNow(), AdministratorReasons.SignedOut, user!.FindFirst(AdministratorPrincipal.UserName)?.Value, http.Connection.RemoteIpAddress), CancellationToken.None);
        }

        await http.SignOutAsync(AdministratorSchemes.Session);
    }

    /// <summary>Held against the database with each request that the cookie comes with.</summary>
    internal async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var id = AdministratorPrincipal.SessionOf(context.Principal);
        var session = id is null ? null : await store.FindAsync(RandomCode.Hash(id), clock.GetUtcNow() - Longest, context.HttpContext.RequestAborted);
        if (session is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(AdministratorSchemes.Session);
            return;
        }

        context.ReplacePrincipal(AdministratorPrincipal.Of(session, id!));
    }
}
