using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Audit;

/// <summary>How a permit fared when it was written.</summary>
public enum CommitOutcome
{
    /// <summary>Written, durably: the token may leave.</summary>
    Committed,

    /// <summary>Nothing written: the single-use assertion was used before.</summary>
    Replayed,

    /// <summary>The token must not leave: something it hangs below has been revoked meanwhile.</summary>
    Revoked,
}

/// <summary>Writes exchange records. A token is issued only after its record, its row and the use of its assertion are durable in one transaction.</summary>
public sealed class ExchangeLedger(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Writes a record that comes with no token.</summary>
    public Task RecordAsync(ExchangeRecord record, CancellationToken cancellationToken) => RecordAsync([record], cancellationToken);

    /// <summary>Writes records that belong to one answer, in this order; all or nothing.</summary>
    public async Task RecordAsync(IReadOnlyCollection<ExchangeRecord> records, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ExchangeRecords.AddRange(records.Select(ExchangeRecordRow.From));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Writes a record that comes with the use of something that is used once; false, and nothing written, when it was used before.</summary>
    public async Task<bool> RecordOnceAsync(ExchangeRecord record, SingleUse use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(use);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.UsedAssertions.Add(AssertionStore.Write(use));
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await AssertionStore.WasUsedAsync(check, use, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Writes a permit: record, token and, where given, the use of the assertion; all or nothing.</summary>
    public async Task<CommitOutcome> CommitAsync(ExchangeRecord record, IssuedToken token, SingleUse? use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        try
        {
            return await WriteAsync(record, token, use, cancellationToken);
        }
        catch (DbUpdateException) when (use is not null)
        {
            // By now the transaction is rolled back. Inside it, this question could wait for a lock that the failed insert still held.
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await AssertionStore.WasUsedAsync(check, use, cancellationToken))
            {
                return CommitOutcome.Replayed;
            }

            throw;
        }
    }

    /// <summary>The latest records, newest first.</summary>
    public async Task<IReadOnlyList<ExchangeRecord>> ReadLatestAsync(int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.ExchangeRecords.AsNoTracking().OrderByDescending(r => r.Id).Take(count).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => r.ToRecord());
    }

    private async Task<CommitOutcome> WriteAsync(ExchangeRecord record, IssuedToken token, SingleUse? use, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (use is not null)
        {
            db.UsedAssertions.Add(AssertionStore.Write(use));
        }

        db.ActorTokens.Add(DelegationStore.Write(token));
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);

        if (await RevocationStore.AnyAsync(db, token.Roots, token.LentAt, cancellationToken))
        {
            return CommitOutcome.Revoked;
        }

        await transaction.CommitAsync(cancellationToken);

        // Asked once more: a revocation that was answered between the question and the commit must not be followed by this token. Its row then stays
        // behind, as dead as its roots; no isolation level is asked to prevent what a second look finds.
        return await AnyRevokedAsync(token, cancellationToken) ? CommitOutcome.Revoked : CommitOutcome.Committed;
    }

    private async Task<bool> AnyRevokedAsync(IssuedToken token, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await RevocationStore.AnyAsync(db, token.Roots, token.LentAt, cancellationToken);
    }
}
