using System.Globalization;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>What came of a change that somebody makes to their own account.</summary>
public abstract record OwnAccountOutcome
{
    private OwnAccountOutcome()
    {
    }

    /// <summary>It was made. All other sessions are over; this one goes on.</summary>
    public sealed record Done : OwnAccountOutcome;

    /// <summary>An authenticator app can be set up with this key now; it counts once a code of it was seen.</summary>
    /// <param name="Key">base32, to type.</param>
    /// <param name="Uri">The same as <c>otpauth:</c>, to open or to draw.</param>
    public sealed record Offered(string Key, string Uri) : OwnAccountOutcome;

    /// <summary>The code is not of the app that was offered, which can still be set up with the next one.</summary>
    public sealed record WrongCode(string Key, string Uri) : OwnAccountOutcome;

    /// <summary>It was made, and these are the recovery codes. They are shown now and never again.</summary>
    public sealed record WithRecoveryCodes(IReadOnlyList<string> Codes) : OwnAccountOutcome;

    /// <summary>Password or code is wrong, or there were too many that were; nothing was changed.</summary>
    public sealed record Wrong : OwnAccountOutcome;

    /// <summary>It cannot be; nothing was changed.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : OwnAccountOutcome;

    /// <summary>An identity provider sees to password and second factor.</summary>
    public sealed record FromIssuer(string Issuer) : OwnAccountOutcome;

    /// <summary>Too many are at it at this moment; nothing was judged.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : OwnAccountOutcome;
}

/// <summary>
/// What administrators change of their own account. What changes how they sign in begins with the password again: whoever finds a screen unlocked must not be able
/// to stay. Guesses count like those at the sign-in. To confirm an authenticator app asks for its code instead, and to end all other sessions for nothing.
/// </summary>
public sealed class OwnAccount(
    AdministratorUsers users, PasswordWork passwords, SignInAttempts attempts, AdministratorStore store, AdministratorSignInStore signIns, AdministratorChanges changes,
    ExchangeLedger ledger, IOptions<ExchangeSettings> exchange, TimeProvider clock)
{
    /// <summary>An app that is offered must be set up within this time.</summary>
    public static readonly TimeSpan OfferedFor = TimeSpan.FromMinutes(10);

    /// <summary>The account of who is signed in, or null when it has gone since.</summary>
    public Task<Administrator?> FindAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => store.FindAsync(AdministratorPrincipal.AccountOf(user), cancellationToken);

    /// <summary>How many recovery codes are left.</summary>
    public async Task<int> CountRecoveryCodesAsync(ClaimsPrincipal user) => await users.FindByIdAsync(AdministratorPrincipal.AccountOf(user)) is { } account ? await users.CountRecoveryCodesAsync(account) : 0;

    /// <summary>Sets another password.</summary>
    public async Task<OwnAccountOutcome> ChangePasswordAsync(HttpContext http, string? password, string? newPassword, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (await ObjectionAsync(http, password, cancellationToken) is { } objection)
        {
            return objection;
        }

        if (PasswordRules.Problems(newPassword, http.User.FindFirst(AdministratorPrincipal.UserName)!.Value) is { Count: > 0 } problems)
        {
            return new OwnAccountOutcome.Invalid([.. problems.Select(p => new MemberProblem("newPassword", p))]);
        }

        if (await passwords.HashAsync(newPassword!, http.Connection.RemoteIpAddress, cancellationToken) is not { } hash)
        {
            return new OwnAccountOutcome.Busy(PasswordWork.Pause);
        }

        return await ChangeAsync(http, "password changed", account =>
        {
            (account.PasswordHash, account.InvitationHash, account.InvitationExpiresAt) = (hash, null, null);
            return Task.FromResult<OwnAccountOutcome>(new OwnAccountOutcome.Done());
        }, cancellationToken);
    }

    /// <summary>Begins to set up an authenticator app. One that is set up already counts until the new one does.</summary>
    public async Task<OwnAccountOutcome> OfferAuthenticatorAsync(HttpContext http, string? password, CancellationToken cancellationToken)
    {
        if (await ObjectionAsync(http, password, cancellationToken) is { } objection)
        {
            return objection;
        }

        var key = users.GenerateNewAuthenticatorKey();
        return await ChangeAsync(
            http, "authenticator app offered", async account =>
            {
                AdministratorEditor.Sure(await users.SetAuthenticationTokenAsync(account, AdministratorUserStore.KeptBy, AdministratorUserStore.OfferedAuthenticatorKey, Offer.Write(key, clock.GetUtcNow() + OfferedFor)));
                return new OwnAccountOutcome.Offered(key, UriOf(account.UserName!, key));
            },
            cancellationToken);
    }

    /// <summary>Makes the authenticator app that was offered the second factor, given a code of it, with recovery codes.</summary>
    public async Task<OwnAccountOutcome> ConfirmAuthenticatorAsync(HttpContext http, string? code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (await users.FindByIdAsync(AdministratorPrincipal.AccountOf(http.User)) is not { } seen
            || Offer.KeyOf(await users.GetAuthenticationTokenAsync(seen, AdministratorUserStore.KeptBy, AdministratorUserStore.OfferedAuthenticatorKey), clock.GetUtcNow()) is not { } key)
        {
            return new OwnAccountOutcome.Wrong();
        }

        // Counted like those at the sign-in: who found a screen unlocked shall not guess until an app is theirs.
        var open = await attempts.TryTakeAsync(seen.Id, cancellationToken);
        if (!open || OneTimeCode.StepOf(key, code, clock.GetUtcNow()) is not { } step || !await signIns.TryUseCodeAsync(seen.Id, step, cancellationToken))
        {
            await ledger.RecordAsync(
                AdministratorRecords.SignIn(
                    clock.GetUtcNow(), open ? AdministratorReasons.SecondFactorWrong : AdministratorReasons.LockedOut, seen.UserName, http.Connection.RemoteIpAddress, "to set up an app"),
                CancellationToken.None);
            return open ? new OwnAccountOutcome.WrongCode(key, UriOf(seen.UserName!, key)) : new OwnAccountOutcome.Wrong();
        }

        await attempts.GiveBackAsync(seen.Id, cancellationToken);

        return await ChangeAsync(http, "authenticator app set up", async account =>
        {
            AdministratorEditor.Sure(await users.SetAuthenticationTokenAsync(account, AdministratorUserStore.KeptBy, AdministratorUserStore.AuthenticatorKey, key));
            AdministratorEditor.Sure(await users.RemoveAuthenticationTokenAsync(account, AdministratorUserStore.KeptBy, AdministratorUserStore.OfferedAuthenticatorKey));
            account.TwoFactorEnabled = true;
            return new OwnAccountOutcome.WithRecoveryCodes(await users.RenewRecoveryCodesAsync(account));
        }, cancellationToken);
    }

    /// <summary>Gives other recovery codes in place of those that are left.</summary>
    public async Task<OwnAccountOutcome> RenewRecoveryCodesAsync(HttpContext http, string? password, CancellationToken cancellationToken) =>
        await ObjectionAsync(http, password, cancellationToken) ?? await ChangeAsync(http, "recovery codes renewed", async account => account.TwoFactorEnabled
            ? new OwnAccountOutcome.WithRecoveryCodes(await users.RenewRecoveryCodesAsync(account))
            : new OwnAccountOutcome.Wrong(), cancellationToken);

    /// <summary>Takes authenticator app and recovery codes away: the password alone is asked for.</summary>
    public async Task<OwnAccountOutcome> RemoveAuthenticatorAsync(HttpContext http, string? password, CancellationToken cancellationToken) =>
        await ObjectionAsync(http, password, cancellationToken) ?? await ChangeAsync(http, "second factor removed", async account =>
        {
            account.TwoFactorEnabled = false;
            await changes.ForgetSecondFactorAsync(account.Id, cancellationToken);
            return new OwnAccountOutcome.Done();
        }, cancellationToken);

    /// <summary>Ends all other sessions.</summary>
    public Task<OwnAccountOutcome> SignOutElsewhereAsync(HttpContext http, CancellationToken cancellationToken) =>
        ChangeAsync(http, "signed out elsewhere", _ => Task.FromResult<OwnAccountOutcome>(new OwnAccountOutcome.Done()), cancellationToken);

    private async Task<OwnAccountOutcome?> ObjectionAsync(HttpContext http, string? password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        var account = await users.FindByIdAsync(AdministratorPrincipal.AccountOf(http.User));
        if (account?.Issuer is { } issuer)
        {
            return new OwnAccountOutcome.FromIssuer(issuer);
        }

        switch (await attempts.JudgeAsync(account, password, http.Connection.RemoteIpAddress, cancellationToken))
        {
            case PasswordVerdict.Right:
                await attempts.GiveBackAsync(account!.Id, cancellationToken);
                return null;
            case PasswordVerdict.Busy:
                return new OwnAccountOutcome.Busy(PasswordWork.Pause);
            case var verdict:
                var record = AdministratorRecords.SignIn(
                    clock.GetUtcNow(), AdministratorReasons.Of(verdict), account?.UserName, http.Connection.RemoteIpAddress, "to change the account");
                await ledger.RecordAsync(record, CancellationToken.None);
                return new OwnAccountOutcome.Wrong();
        }
    }

    private Task<OwnAccountOutcome> ChangeAsync(HttpContext http, string what, Func<AdministratorAccount, Task<OwnAccountOutcome>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        return changes.MakeAsync<OwnAccountOutcome>(
            async () =>
            {
                if (await users.FindByIdAsync(AdministratorPrincipal.AccountOf(http.User)) is not { Enabled: true } account)
                {
                    return new(new OwnAccountOutcome.Wrong());
                }

                var outcome = await change(account);
                if (outcome is OwnAccountOutcome.Wrong)
                {
                    return new(outcome);
                }

                AdministratorEditor.Sure(await users.UpdateSecurityStampAsync(account));
                await changes.KeepSessionAsync(RandomCode.Hash(AdministratorPrincipal.SessionOf(http.User)!), account.SecurityStamp!, cancellationToken);
                return new(outcome, AdministratorRecords.Change(clock.GetUtcNow(), AdministratorReasons.Changed, AdministratorPrincipal.CallerOf(http), $"{account.UserName}: {what}"));
            },
            cancellationToken);
    }

    private string UriOf(string userName, string key)
    {
        var here = new Uri(exchange.Value.Issuer).Host;
        return $"otpauth://totp/{Uri.EscapeDataString($"{here}:{userName}")}?secret={key}&issuer={Uri.EscapeDataString(here)}&algorithm=SHA1&digits=6&period=30";
    }

    // An offer as it is kept: the key, and until when.
    private static class Offer
    {
        public static string Write(string key, DateTimeOffset until) => string.Create(CultureInfo.InvariantCulture, $"{key} {until.UtcTicks}");

        public static string? KeyOf(string? offer, DateTimeOffset now) =>
            offer?.Split(' ') is [var key, var until] && long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && now.UtcTicks < ticks ? key : null;
    }
}
