using System.Net;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>What came of a password.</summary>
public enum PasswordVerdict
{
    /// <summary>It is the account's. The attempt still counts, until it is given back or a session begins.</summary>
    Right,

    /// <summary>It is not.</summary>
    Wrong,

    /// <summary>There were too many attempts, or there is no account; it was not judged.</summary>
    Closed,

    /// <summary>Too many are at it at this moment; it was not judged, and does not count.</summary>
    Busy,
}

/// <summary>
/// Counts attempts to prove who one is, at the sign-in and after it alike. Each is counted before it is judged, and a password takes the same work whoever it is
/// for.
/// </summary>
public sealed class SignInAttempts(PasswordWork passwords, AdministratorSignInStore store, TimeProvider clock)
{
    /// <summary>So many that are not right in a row close an account for <see cref="ClosedFor"/>.</summary>
    public const int Most = 5;

    /// <summary>For so long nobody can prove to be its owner then.</summary>
    public static readonly TimeSpan ClosedFor = TimeSpan.FromMinutes(15);

    /// <summary>Counts one; false when there are no more for now, or no account, which takes as long.</summary>
    public Task<bool> TryTakeAsync(string? accountId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return store.TryTakeAttemptAsync(accountId, Most, now, now + ClosedFor, cancellationToken);
    }

    /// <summary>Takes back the count of one that was right.</summary>
    public Task GiveBackAsync(string accountId, CancellationToken cancellationToken) => store.GiveBackAttemptAsync(accountId, cancellationToken);

    /// <summary>Counts and judges a password; null for an account that there is not.</summary>
    public async Task<PasswordVerdict> JudgeAsync(AdministratorAccount? account, string? password, IPAddress? source, CancellationToken cancellationToken)
    {
        var open = await TryTakeAsync(account?.Id, cancellationToken);
        switch (await passwords.VerifyAsync(open ? account!.PasswordHash : null, password, source, cancellationToken))
        {
            case true:
                return PasswordVerdict.Right;
            case false:
                return open ? PasswordVerdict.Wrong : PasswordVerdict.Closed;
            default:
                if (open)
                {
                    await GiveBackAsync(account!.Id, cancellationToken);
                }

                return PasswordVerdict.Busy;
        }
    }
}
