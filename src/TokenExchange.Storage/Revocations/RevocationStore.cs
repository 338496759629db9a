using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;

namespace TokenExchange.Storage.Revocations;

/// <summary>Ends things and says what has ended. Every answer comes from the database, so it is the same on every node at once.</summary>
public sealed class RevocationStore(IDbContextFactory<ExchangeDbContext> contexts, EventSignal signal)
{
    // As many values as one question takes: SQL Server and SQLite both bound them.
    private const int MaxValues = 500;

    /// <summary>Whether something is dead: one of its roots has been revoked, a party after it was lent or at the same instant.</summary>
    public async Task<bool> AnyAsync(IReadOnlyCollection<Root> roots, DateTimeOffset lentAt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await AnyAsync(db, roots, lentAt, cancellationToken);
    }

    /// <summary>
    /// Revokes, records it and puts it among the events in one transaction. Revoking again is recorded; for a party it also moves the instant on, and is
    /// an event again. Returns when it was revoked before, null when it was not.
    /// </summary>
    public async Task<DateTimeOffset?> RevokeAsync(Root root, string revokedBy, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(record);

        // Two at once may both find nothing; the second then meets the first one's row and has nothing left to add but its record.
        var attempt = await TryRevokeAsync(root, revokedBy, record, cancellationToken);
        attempt = attempt.Written ? attempt : await TryRevokeAsync(root, revokedBy, record, cancellationToken);
        return attempt.Written ? attempt.Before : throw new InvalidOperationException("A revocation could neither be stored nor found.");
    }

    internal static async Task<bool> AnyAsync(ExchangeDbContext db, IReadOnlyCollection<Root> roots, DateTimeOffset lentAt, CancellationToken cancellationToken) =>
        IsDead(roots, lentAt, await FindAsync(db, roots, cancellationToken));

    /// <summary>Those of the tokens that are not dead; or were not, before <paramref name="justRevoked"/> was revoked.</summary>
    internal static async Task<IReadOnlyList<IssuedToken>> LivingAsync(
        ExchangeDbContext db, IReadOnlyList<IssuedToken> tokens, (Root Root, DateTimeOffset? Before)? justRevoked, CancellationToken cancellationToken)
    {
        var revoked = await FindAsync(db, [.. tokens.SelectMany(t => t.Roots).Distinct()], cancellationToken);
        if (justRevoked is var (root, before) && (before is null ? revoked.Remove(root.Key) : revoked.ContainsKey(root.Key)) && before is { } instant)
        {
            revoked[root.Key] = instant;
        }

        return [.. tokens.Where(t => !IsDead(t.Roots, t.LentAt, revoked))];
    }

    private static bool IsDead(IEnumerable<Root> roots, DateTimeOffset lentAt, Dictionary<string, DateTimeOffset> revoked) =>
        roots.Any(r => revoked.TryGetValue(r.Key, out var at) && (r.EndsForGood || lentAt <= at));

    private static async Task<Dictionary<string, DateTimeOffset>> FindAsync(ExchangeDbContext db, IReadOnlyCollection<Root> roots, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var values in roots.Select(r => r.Key).Chunk(MaxValues))
        {
            foreach (var row in await db.Revocations.AsNoTracking().Where(r => values.Contains(r.Root)).ToListAsync(cancellationToken))
            {
                found[row.Root] = row.RevokedAt;
            }
        }

        return found;
    }

    private async Task<(bool Written, DateTimeOffset? Before)> TryRevokeAsync(Root root, string revokedBy, ExchangeRecord record, CancellationToken cancellationToken)
    {
        var adding = false;
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var key = root.Key;
            var before = await db.Revocations.AsNoTracking().SingleOrDefaultAsync(r => r.Root == key, cancellationToken);
            adding = before is null;
            if (adding)
            {
                db.Revocations.Add(new RevocationRow { Root = key, Kind = root.Kind, Id = root.Id, RevokedAt = record.At, RevokedBy = revokedBy });
            }
            else if (!root.EndsForGood)
            {
                await db.Revocations.Where(r => r.Root == key && r.RevokedAt < record.At)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.RevokedAt, record.At).SetProperty(r => r.RevokedBy, revokedBy), cancellationToken);
            }

            if (!root.EndsForGood)
            {
                db.PartyRevocations.Add(new PartyRevocationRow { Root = key, RevokedAt = record.At, RevokedBy = revokedBy });
            }

            db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
            await db.SaveChangesAsync(cancellationToken);
            if (adding || !root.EndsForGood)
            {
                await EventLog.AppendAsync(db, [new SecurityEvent { At = record.At, Kind = EventKind.Revoked, Root = root, By = revokedBy }], cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            signal.Raise();
            return (true, before?.RevokedAt);
        }
        catch (DbUpdateException) when (adding)
        {
            // By now the transaction is rolled back.
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if ((await FindAsync(check, [root], cancellationToken)).Count > 0)
            {
                return (false, null);
            }

            throw;
        }
    }
}
