using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Administrators;

/// <summary>
/// What signing in remembers: attempts, used codes, sessions. Each is one statement that decides by itself, so that however many try at once, on however many
/// nodes, none is counted less.
/// </summary>
public sealed class AdministratorSignInStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>
    /// Counts an attempt before it is judged; false when there are no more for now, or no such account, which takes as long. The last one that may be made closes
    /// the account until <paramref name="lockedUntil"/>, unless it turns out to be right.
    /// </summary>
    public async Task<bool> TryTakeAttemptAsync(string? accountId, int most, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? locked = lockedUntil;
        DateTimeOffset? open = null;
        if (await db.Administrators.Where(a => a.Id == accountId && (a.LockoutEnd == null || a.LockoutEnd <= now)).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.LockoutEnd, a => (a.AccessFailedCount >= most ? 1 : a.AccessFailedCount + 1) >= most ? locked : open)
                .SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount >= most ? 1 : a.AccessFailedCount + 1),
            cancellationToken) == 1)
        {
            return true;
        }

        await db.AdministratorStates.Where(s => s.Id == AdministratorStateRow.NobodysId).ExecuteUpdateAsync(s => s.SetProperty(a => a.Changes, a => a.Changes + 1), cancellationToken);
        return false;
    }

    /// <summary>Takes back the count of an attempt that was right.</summary>
    public async Task GiveBackAttemptAsync(string accountId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? open = null;
        await db.Administrators.Where(a => a.Id == accountId && a.AccessFailedCount > 0).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.AccessFailedCount, a => a.AccessFailedCount - 1).SetProperty(a => a.LockoutEnd, open), cancellationToken);
    }

    /// <summary>Marks the one-time code of a time step as used; false when it, or a later one, was used before.</summary>
    public async Task<bool> TryUseCodeAsync(string accountId, long step, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Administrators.Where(a => a.Id == accountId && (a.LastCodeStep == null || a.LastCodeStep < step))
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.LastCodeStep, step), cancellationToken) == 1;
    }

    /// <summary>
    /// Begins a session, together with its record; false, with nothing written, when the account is no longer as it was judged: disabled, or with another stamp.
    /// Attempts count from nothing again, and sessions of this account that began before <paramref name="endedBefore"/> are forgotten.
    /// </summary>
    public async Task<bool> BeginAsync(
        string idHash, string accountId, string securityStamp, DateTimeOffset now, DateTimeOffset endedBefore, ExchangeRecord record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        DateTimeOffset? open = null;
        DateTimeOffset? at = now;
        if (await db.Administrators.Where(a => a.Id == accountId && a.Enabled && a.SecurityStamp == securityStamp).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, open).SetProperty(a => a.LastSignInAt, at), cancellationToken) != 1)
        {
            return false;
        }

        await db.AdministratorSessions.Where(s => s.AccountId == accountId && s.SignedInAt < endedBefore).ExecuteDeleteAsync(cancellationToken);
        db.AdministratorSessions.Add(new AdministratorSessionRow { IdHash = idHash, AccountId = accountId, SecurityStamp = securityStamp, SignedInAt = now });
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The session, and whose it is now; null when it is over: ended, too old, or the account disabled or changed in what it is proven with.</summary>
    public async Task<AdministratorSession?> FindAsync(string idHash, DateTimeOffset beganAfter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from session in db.AdministratorSessions
            where session.IdHash == idHash && session.SignedInAt > beganAfter
            join account in db.Administrators on session.AccountId equals account.Id
            where account.Enabled && account.SecurityStamp == session.SecurityStamp
            select new { account.Id, account.UserName, account.DisplayName, account.Roles, session.SignedInAt }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null
            : new AdministratorSession(found.Id, found.UserName!, found.DisplayName, found.Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.SignedInAt);
    }

    /// <summary>Ends one session.</summary>
    public async Task EndAsync(string idHash, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.AdministratorSessions.Where(s => s.IdHash == idHash).ExecuteDeleteAsync(cancellationToken);
    }
}
