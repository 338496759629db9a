using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// Signing in with a password kept here, and a second factor where one is set. Every attempt is counted before it is judged and takes the same work whoever it is
/// for; every one is on record.
/// </summary>
public sealed class SignIns(
    AdministratorUsers users,
    SignInAttempts attempts,
    AdministratorSignInStore store,
    AdministratorChanges changes,
    AdministratorSessions sessions,
    ExchangeLedger ledger,
    IOptions<AdminSettings> settings,
    TimeProvider clock)
{
    /// <summary>The second factor must follow within this time.</summary>
    public static readonly TimeSpan SecondFactorWithin = TimeSpan.FromMinutes(5);

    private const string Stamp = "stamp";

    /// <summary>The first step.</summary>
    public async Task<SignInOutcome> PasswordAsync(HttpContext http, string? userName, string? password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!settings.Value.LocalSignIn)
        {
            return await RefuseAsync(http, AdministratorReasons.Refused, null, "passwords are not accepted");
        }

        var account = UserNames.IsWellFormed(userName) ? await users.FindByNameAsync(userName) : null;
        var usable = account is { Enabled: true, PasswordHash: not null };
        switch (await attempts.JudgeAsync(usable ? account : null, password, http.Connection.RemoteIpAddress, cancellationToken))
        {
            case PasswordVerdict.Busy:
                return new SignInOutcome.Busy(PasswordWork.Pause);
            case var verdict and not PasswordVerdict.Right:
                return account is null ? await RefuseAsync(http, AdministratorReasons.Refused, null, "no administrator of this name")
                    : !account.Enabled ? await RefuseAsync(http, AdministratorReasons.Refused, account, "disabled")
                    : account.PasswordHash is null ? await RefuseAsync(http, AdministratorReasons.Refused, account, "has no password")
                    : await RefuseAsync(http, AdministratorReasons.Of(verdict), account);
        }

        if (!account!.TwoFactorEnabled)
        {
            return await BeginAsync(http, account, "password", cancellationToken);
        }

        // Right so far: what is counted from here on is the second factor, against the same few attempts.
        await attempts.GiveBackAsync(account.Id, cancellationToken);
        await ledger.RecordAsync(
            AdministratorRecords.SignIn(clock.GetUtcNow(), AdministratorReasons.PasswordRight, account.UserName, http.Connection.RemoteIpAddress, "the second factor is asked for"), CancellationToken.None);
        var identity = new ClaimsIdentity([new(AdministratorPrincipal.Subject, account.Id), new(Stamp, account.SecurityStamp!)], AdministratorSchemes.SecondFactor);
        await http.SignInAsync(AdministratorSchemes.SecondFactor, new ClaimsPrincipal(identity));
        return new SignInOutcome.SecondFactorNeeded();
    }

    /// <summary>The second step, with a code of the authenticator app.</summary>
    public Task<SignInOutcome> CodeAsync(HttpContext http, string? code, CancellationToken cancellationToken) => SecondAsync(http, "password and one-time code", async account =>
        await users.GetAuthenticatorKeyAsync(account) is { } key && OneTimeCode.StepOf(key, code, clock.GetUtcNow()) is { } step
        && await store.TryUseCodeAsync(account.Id, step, cancellationToken), cancellationToken);

    /// <summary>The second step, with a recovery code, which is used up by it.</summary>
    public Task<SignInOutcome> RecoveryCodeAsync(HttpContext http, string? code, CancellationToken cancellationToken) => SecondAsync(http, "password and recovery code", seen =>
        changes.MakeAsync(
            async () => await users.FindByIdAsync(seen.Id) is { } account && (await users.RedeemTwoFactorRecoveryCodeAsync(account, RecoveryCodes.Read(code))).Succeeded
                ? new AdministratorChange<bool>(true, AdministratorRecords.SignIn(
                    clock.GetUtcNow(), "recovery_code_used", account.UserName, http.Connection.RemoteIpAddress, $"{await users.CountRecoveryCodesAsync(account)} left"))
                : new AdministratorChange<bool>(false),
            cancellationToken), cancellationToken);

    private async Task<SignInOutcome> SecondAsync(HttpContext http, string how, Func<AdministratorAccount, Task<bool>> isRight, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        var given = (await http.AuthenticateAsync(AdministratorSchemes.SecondFactor)).Principal;
        var account = given?.FindFirst(AdministratorPrincipal.Subject) is { } subject ? await users.FindByIdAsync(subject.Value) : null;
        if (account is not { Enabled: true, TwoFactorEnabled: true } || !string.Equals(account.SecurityStamp, given!.FindFirst(Stamp)?.Value, StringComparison.Ordinal) || !settings.Value.LocalSignIn)
        {
            await http.SignOutAsync(AdministratorSchemes.SecondFactor);
            return new SignInOutcome.Expired();
        }

        if (!await attempts.TryTakeAsync(account.Id, cancellationToken))
        {
            await http.SignOutAsync(AdministratorSchemes.SecondFactor);
            return await RefuseAsync(http, AdministratorReasons.LockedOut, account);
        }

        if (!await isRight(account))
        {
            return await RefuseAsync(http, AdministratorReasons.SecondFactorWrong, account);
        }

        await http.SignOutAsync(AdministratorSchemes.SecondFactor);
        return await BeginAsync(http, account, how, cancellationToken);
    }

    private async Task<SignInOutcome> BeginAsync(HttpContext http, AdministratorAccount account, string how, CancellationToken cancellationToken)
    {
        if (await sessions.BeginAsync(account.Id, account.UserName!, account.SecurityStamp!, http.Connection.RemoteIpAddress, how, cancellationToken) is not { } principal)
        {
            return await RefuseAsync(http, AdministratorReasons.Refused, account, "changed meanwhile");
        }

        await http.SignInAsync(AdministratorSchemes.Session, principal);
        return new SignInOutcome.SignedIn();
    }

    private async Task<SignInOutcome> RefuseAsync(HttpContext http, string reason, AdministratorAccount? account, string? detail = null)
    {
        await ledger.RecordAsync(AdministratorRecords.SignIn(clock.GetUtcNow(), reason, account?.UserName, http.Connection.RemoteIpAddress, detail), CancellationToken.None);
        return new SignInOutcome.Refused();
    }
}
