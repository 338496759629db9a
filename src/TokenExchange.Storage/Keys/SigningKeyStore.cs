using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Events;

namespace TokenExchange.Storage.Keys;

/// <summary>
/// Keeps the server's signing keys. Whatever changes what they are for comes with a key of a new generation, so that nodes need only ask for the newest one's.
/// </summary>
public sealed class SigningKeyStore(IDbContextFactory<ExchangeDbContext> contexts, EventSignal signal)
{
    /// <summary>The newest key's generation; 0 when there is none. One look into an index, so that nodes can ask often.</summary>
    public async Task<int> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SigningKeys.MaxAsync(k => (int?)k.Generation, cancellationToken) ?? 0;
    }

    /// <summary>All keys, newest first.</summary>
    public async Task<IReadOnlyList<StoredSigningKey>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SigningKeys.AsNoTracking()
            .OrderByDescending(k => k.Generation)
            .Select(k => new StoredSigningKey(k.KeyId, k.Generation, k.Algorithm, k.ProtectedPrivateKey, k.CreatedAt, k.ActiveFrom, k.WithdrawnAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Adds a key, with a record where one is given; false, with nothing written, when another node has added that generation first.</summary>
    public Task<bool> TryAddAsync(StoredSigningKey key, ExchangeRecord? record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TryWriteAsync(key, record, _ => Task.CompletedTask, cancellationToken);
    }

    /// <summary>
    /// Adds a key and withdraws all earlier ones, with the record, in one transaction. Relying apps are told that something has changed: what they are told
    /// is signed with the new key, which makes them fetch the keys. False, with nothing written, when another node has added that generation first.
    /// </summary>
    public async Task<bool> TryReplaceAsync(StoredSigningKey key, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(record);
        var replaced = await TryWriteAsync(
            key,
            record,
            async db =>
            {
                await db.SigningKeys.Where(k => k.Generation < key.Generation && k.WithdrawnAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(k => k.WithdrawnAt, record.At), cancellationToken);
                var policySet = await db.PolicySets.MaxAsync(p => (long?)p.Version, cancellationToken) ?? 0;
                await EventLog.AppendAsync(
                    db, [new SecurityEvent { At = record.At, Kind = EventKind.PoliciesChanged, By = record.ClientId ?? "server", PolicySetVersion = policySet }], cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
        if (replaced)
        {
            signal.Raise();
        }

        return replaced;
    }

    /// <summary>Deletes keys that are no longer needed for anything; how many there were.</summary>
    public async Task<int> DeleteAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return keyIds.Count == 0 ? 0 : await db.SigningKeys.Where(k => keyIds.Contains(k.KeyId)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<bool> TryWriteAsync(StoredSigningKey key, ExchangeRecord? record, Func<ExchangeDbContext, Task> besides, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            db.SigningKeys.Add(SigningKeyRow.From(key));
            if (record is not null)
            {
                db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
            }

            await db.SaveChangesAsync(cancellationToken);
            await besides(db);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            // By now the transaction is rolled back.
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await check.SigningKeys.AnyAsync(k => k.Generation == key.Generation, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }
}
