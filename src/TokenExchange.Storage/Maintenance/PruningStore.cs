using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Maintenance;

/// <summary>How many rows went.</summary>
/// <param name="Tokens">Tokens that had expired.</param>
/// <param name="Assertions">Used assertions that would be refused for their age alone.</param>
/// <param name="Revocations">Revocations of tokens of which nothing can live any more.</param>
public sealed record Pruned(int Tokens, int Assertions, int Revocations);

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

    /// <summary>Deletes what was over a day before <paramref name="now"/>.</summary>
    public async Task<Pruned> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - Grace;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new Pruned(
            await DeleteAsync(db.ActorTokens.Where(t => t.ExpiresAt < before).OrderBy(t => t.ExpiresAt), cancellationToken),
            await DeleteAsync(db.UsedAssertions.Where(a => a.ExpiresAt < before).OrderBy(a => a.ExpiresAt), cancellationToken),
            await DeleteAsync(db.Revocations.Where(r => r.Root.StartsWith("token:") && r.RevokedAt < before).OrderBy(r => r.Root), cancellationToken));
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
