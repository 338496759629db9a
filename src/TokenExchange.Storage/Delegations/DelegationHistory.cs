using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Delegations;

/// <summary>
/// A user's delegations that are over. What they were is on their rows, for tokens that are deleted, and in the tokens that are not yet; what started and never
/// got a token is not among them.
/// </summary>
public sealed class DelegationHistory(IDbContextFactory<ExchangeDbContext> contexts)
{
    // A delegation's tokens of one day, and how many of them are looked at to find the last: hundreds that end in each other's place end alike.
    private const int MaxTokens = 1000;
    private const int MaxLast = 50;

    // As many values as one question takes.
    private const int MaxValues = 500;

    /// <summary>Some of the delegations of one user that are over, those started last first. Never another user's: ids are compared by code point.</summary>
    /// <param name="subject">The user, as <c>sub</c> of tokens.</param>
    /// <param name="now">When.</param>
    /// <param name="before">Where to go on, as the page before said; null for the beginning.</param>
    /// <param name="count">How many at most, from 1.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<HistoryPage> OfSubjectAsync(string subject, DateTimeOffset now, DelegationCursor? before, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = new List<PastDelegation>();
        while (true)
        {
            // One more than is shown tells whether that is all.
            var wanted = count + 1 - found.Count;
            var rows = await RowsAsync(db, subject, before, wanted, cancellationToken);
            found.AddRange((await ReadAsync(db, rows, now, cancellationToken)).OfType<PastDelegation>());
            if (found.Count > count)
            {
                return new HistoryPage(found[..count], CursorOf(found[count - 1].Delegation));
            }

            if (rows.Count < wanted)
            {
                return new HistoryPage(found, Next: null);
            }

            before = CursorOf(DelegationStore.Read(rows[^1]));
        }
    }

    private static DelegationCursor CursorOf(Delegation delegation) => new(delegation.StartedAt, delegation.Id);

    private static Task<List<DelegationRow>> RowsAsync(ExchangeDbContext db, string subject, DelegationCursor? before, int count, CancellationToken cancellationToken)
    {
        // Some databases overlook spaces at the end, unless something stands behind them.
        var exact = subject + ".";
        var rows = db.Delegations.AsNoTracking().Where(d => d.Subject == subject && d.Subject + "." == exact)
            .Where(d => d.EndedAt != null || db.ActorTokens.Any(t => t.DelegationId == d.Id));
        if (before is var (at, id))
        {
            rows = rows.Where(d => d.StartedAt <= at && (d.StartedAt < at || d.Id.CompareTo(id) > 0));
        }

        return rows.OrderByDescending(d => d.StartedAt).ThenBy(d => d.Id).Take(count).ToListAsync(cancellationToken);
    }

    // Null for those that are alive.
    private static async Task<IReadOnlyList<PastDelegation?>> ReadAsync(ExchangeDbContext db, List<DelegationRow> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byId = rows.ToDictionary(r => r.Id, StringComparer.Ordinal);
        var found = new List<DelegationEnds.Past>();
        foreach (var ids in rows.Select(r => r.Id).Chunk(MaxValues))
        {
            // The ids twice: tokens are numbered within their delegation, and without the second not those of these delegations alone would be, but all there are.
            var some = await db.Delegations.Where(d => ids.Contains(d.Id))
                .SelectMany(d => db.ActorTokens.Where(t => ids.Contains(t.DelegationId) && t.DelegationId == d.Id).OrderByDescending(t => t.ExpiresAt).Take(MaxTokens))
                .Select(t => new { t.DelegationId, t.Id, t.Ancestors, t.Agents, t.Resources, t.LentAt, t.IssuedAt, t.ExpiresAt }).ToListAsync(cancellationToken);
            found.AddRange(some.Select(t => new DelegationEnds.Past(byId[t.DelegationId], t.Id, t.Ancestors, t.Agents, t.Resources, t.LentAt, t.IssuedAt, t.ExpiresAt)));
        }

        // No order of rows comes out of a question about several delegations.
        var tokens = found.OrderByDescending(t => t.ExpiresAt).ToLookup(t => t.Delegation.Id, StringComparer.Ordinal);
        List<DelegationEnds.Past> last = [.. tokens.SelectMany(t => t.Take(MaxLast))];
        var ends = last.Zip(await DelegationEnds.OfAsync(db, last, cancellationToken)).ToLookup(x => x.First.Delegation.Id, x => x.Second, StringComparer.Ordinal);
        return [.. rows.Select(row => Of(row, tokens[row.Id], ends[row.Id], now))];
    }

    private static PastDelegation? Of(DelegationRow row, IEnumerable<DelegationEnds.Past> tokens, IEnumerable<DelegationEnd> ends, DateTimeOffset now)
    {
        var kept = row.EndedAt is { } at ? new DelegationEnd(at, row.EndedRoot, row.EndedBy) : null;
        var end = ends.Append(kept).OfType<DelegationEnd>().MaxBy(e => e.At)!;
        return end is { Revoked: null } && end.At > now ? null : new PastDelegation(DelegationStore.Read(row), [.. DelegationEnds.ResourcesOf(row, tokens)], end);
    }
}
