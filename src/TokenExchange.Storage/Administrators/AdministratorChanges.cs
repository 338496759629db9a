using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Administrators;

/// <summary>What came of a change, and what is on record of it. Without a record nothing is changed.</summary>
/// <param name="Outcome">For the caller.</param>
/// <param name="Records">In this order.</param>
/// <typeparam name="T">What the caller is told.</typeparam>
public sealed record AdministratorChange<T>(T Outcome, params IReadOnlyCollection<ExchangeRecord> Records);

/// <summary>
/// Changes of accounts, one after the other on all nodes and each in one transaction with its record: whoever looks whether another administrator is left still
/// has one when it is written. Of the scope of a request, like the context it shares with Identity's store.
/// </summary>
public sealed class AdministratorChanges(ExchangeDbContext db)
{
    /// <summary>
    /// Makes a change. <paramref name="change"/> writes with Identity's store and asks with the methods here; it must not use other stores, which have
    /// contexts of their own and would wait for this one.
    /// </summary>
    public async Task<T> MakeAsync<T>(Func<Task<AdministratorChange<T>>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);

        // What was read before may be another by now.
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdministratorStates.Where(s => s.Id == AdministratorStateRow.ChangesId).ExecuteUpdateAsync(s => s.SetProperty(a => a.Changes, a => a.Changes + 1), cancellationToken);
        var made = await change();
        if (made.Records.Count == 0)
        {
            await transaction.RollbackAsync(cancellationToken);
            db.ChangeTracker.Clear();
            return made.Outcome;
        }

        db.ExchangeRecords.AddRange(made.Records.Select(ExchangeRecordRow.From));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made.Outcome;
    }

    /// <summary>Within a change: whether anybody has this role, enabled or not.</summary>
    public Task<bool> AnyAsync(string role, CancellationToken cancellationToken) => AdministratorStore.AnyAsync(db, role, cancellationToken);

    /// <summary>Within a change: whether somebody else has this role and a way to sign in.</summary>
    /// <param name="accountId">Who does not count.</param>
    /// <param name="role">The role.</param>
    /// <param name="byPassword">Whether a password is a way to sign in.</param>
    /// <param name="atProvider">Whether an identity provider's word is one.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public Task<bool> AnyOtherAsync(string accountId, string role, bool byPassword, bool atProvider, CancellationToken cancellationToken) => db.Administrators.AnyAsync(
        a => a.Id != accountId && a.Enabled && ((byPassword && a.PasswordHash != null) || (atProvider && a.Issuer != null)) && (" " + a.Roles + " ").Contains(" " + role + " "), cancellationToken);

    /// <summary>Within a change: the enabled account for which a password can be set with the code of this hash, or null.</summary>
    public Task<AdministratorAccount?> FindInvitedAsync(string invitationHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        AdministratorStore.Invited(db, invitationHash, now).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Within a change that gave the account another stamp: keeps one session.</summary>
    public Task KeepSessionAsync(string idHash, string securityStamp, CancellationToken cancellationToken) =>
        db.AdministratorSessions.Where(s => s.IdHash == idHash).ExecuteUpdateAsync(s => s.SetProperty(x => x.SecurityStamp, securityStamp), cancellationToken);

    /// <summary>Within a change: forgets the attempts that were counted, so that the account is open again.</summary>
    public Task OpenAsync(string accountId, CancellationToken cancellationToken)
    {
        DateTimeOffset? open = null;
        return db.Administrators.Where(a => a.Id == accountId).ExecuteUpdateAsync(s => s.SetProperty(a => a.AccessFailedCount, 0).SetProperty(a => a.LockoutEnd, open), cancellationToken);
    }

    /// <summary>Within a change: deletes authenticator keys and recovery codes of the account.</summary>
    public Task ForgetSecondFactorAsync(string accountId, CancellationToken cancellationToken) =>
        db.Set<IdentityUserToken<string>>().Where(t => t.UserId == accountId).ExecuteDeleteAsync(cancellationToken);
}
