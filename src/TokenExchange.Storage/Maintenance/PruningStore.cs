using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Policies;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;

namespace TokenExchange.Storage.Maintenance;

/// <summary>How many rows went.</summary>
/// <param name="Tokens">Tokens that had expired.</param>
/// <param name="Assertions">Used assertions that would be refused for their age alone.</param>
/// <param name="Revocations">Revocations of tokens of which nothing can live any more.</param>
public sealed record Pruned(int Tokens, int Assertions, int Revocations);

/// <summary>How many went.</summary>
/// <param name="Events">Events that were old.</param>
/// <param name="Silent">Streams whose receiver has not asked for long.</param>
/// <param name="Behind">Streams that had not got what was deleted.</param>
public sealed record PrunedEvents(int Events, int Silent, int Behind);

/// <summary>
/// Deletes what can no longer change any answer. Records stay, and so do delegations and the revocations of sessions, delegations and parties: a session may come back
/// after a long time, and must not be found new.
/// </summary>
public sealed class PruningStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    // Clocks of nodes differ; and who looks into what happened an hour ago shall find it.
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    // One statement at a time holds the writers up only shortly.
    private const int Batch = 1000;

    // As many values as one statement takes.
    private const int MaxValues = 500;

    /// <summary>Deletes what was over a day before <paramref name="now"/>.</summary>
    public async Task<Pruned> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - Grace;

        // Tokens first: how they ended is read from the revocations.
        var lived = before - TokenLifetime.Longest;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new Pruned(
            await DeleteTokensAsync(db, before, cancellationToken),
            await DeleteAsync(db.UsedAssertions.Where(a => a.ExpiresAt < before).OrderBy(a => a.ExpiresAt), cancellationToken),
            await DeleteAsync(db.Revocations.Where(r => r.Root.StartsWith("token:") && r.RevokedAt < lived).OrderBy(r => r.Root), cancellationToken));
    }

    /// <summary>
    /// Deletes events that happened before <paramref name="before"/>, and the streams that are not to be had any more: those that are polled and were not
    /// since <paramref name="seenBefore"/>, and those that have not got everything that is deleted. A receiver that finds its stream gone makes a new one
    /// and is first told what is in force; one that was left a stream with a hole in it would never know.
    /// </summary>
    public async Task<PrunedEvents> PruneEventsAsync(DateTimeOffset before, DateTimeOffset seenBefore, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var silent = await db.EventStreams.Where(s => s.Delivery == EventDelivery.Poll && s.LastSeenAt < seenBefore).ExecuteDeleteAsync(cancellationToken);

        // Always a beginning, never a hole, though the clocks of nodes differ; and the streams first.
        var through = await EventLog.BeforeAsync(db, before, cancellationToken);
        var behind = await db.Events.AnyAsync(e => e.Sequence <= through, cancellationToken)
            ? await db.EventStreams.Where(s => s.AckedThrough < through).ExecuteDeleteAsync(cancellationToken) : 0;
        return new PrunedEvents(await DeleteAsync(db.Events.Where(e => e.Sequence <= through).OrderBy(e => e.Sequence), cancellationToken), silent, behind);
    }

    /// <summary>Deletes the sessions of administrators that began before <paramref name="beganBefore"/>, when none could be good any more; says how many.</summary>
    public async Task<int> PruneSessionsAsync(DateTimeOffset beganBefore, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await DeleteAsync(db.AdministratorSessions.Where(s => s.SignedInAt < beganBefore).OrderBy(s => s.SignedInAt), cancellationToken);
    }

    // Each with what history is to know of it, or not at all.
    private static async Task<int> DeleteTokensAsync(ExchangeDbContext db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var deleted = 0; ;)
        {
            var tokens = await db.ActorTokens.Where(t => t.ExpiresAt < before).OrderBy(t => t.ExpiresAt).Take(Batch)
                .Select(t => new DelegationEnds.Past(t.Delegation!, t.Id, t.Ancestors, t.Agents, t.Resources, t.LentAt, t.IssuedAt, t.ExpiresAt)).ToListAsync(cancellationToken);
            if (tokens.Count == 0)
            {
                return deleted;
            }

            await DelegationEnds.KeepAsync(db, tokens, cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var ids in tokens.Select(t => t.Id).Chunk(MaxValues))
            {
                deleted += await db.ActorTokens.Where(t => ids.Contains(t.Id)).ExecuteDeleteAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            db.ChangeTracker.Clear();
            if (tokens.Count < Batch)
            {
                return deleted;
            }
        }
    }

    private static async Task<int> DeleteAsync<TRow>(IQueryable<TRow> rows, CancellationToken cancellationToken)
        where TRow : class
    {
        var deleted = 0;
        while (true)
        {
            var some = await rows.Take(Batch).ExecuteDeleteAsync(cancellationToken);
            deleted += some;
            if (some < Batch)
            {
                return deleted;
            }
        }
    }
}
