using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Audit;

/// <summary>What was found, in the order of reading.</summary>
/// <param name="Rows">The records.</param>
/// <param name="StoppedAt">The last one looked at, when the search stopped before the records ended; null otherwise.</param>
internal sealed record FoundRecords(IReadOnlyList<ExchangeRecordRow> Rows, long? StoppedAt);

/// <summary>
/// Reads records of a filter one way, from one end of a span, and looks at a bounded number of them. It chooses the index itself, once: the databases would have to guess.
/// </summary>
/// <param name="db">Where.</param>
/// <param name="filter">Which.</param>
/// <param name="bounds">How many are looked at.</param>
/// <param name="newer">From the lower end up, or from the upper end down.</param>
/// <param name="whole">With the question.</param>
internal sealed class RecordReading(ExchangeDbContext db, RecordFilter filter, RecordSearchBounds bounds, bool newer, bool whole)
{
    // Everything but the question.
    private static readonly Expression<Func<ExchangeRecordRow, ExchangeRecordRow>> s_short = r => new ExchangeRecordRow
    {
        Id = r.Id, At = r.At, Kind = r.Kind, Reason = r.Reason, ClientId = r.ClientId, Subject = r.Subject, SubjectIssuer = r.SubjectIssuer, Chain = r.Chain, Purpose = r.Purpose,
        Resource = r.Resource, RequestedScopes = r.RequestedScopes, GrantedScopes = r.GrantedScopes, Delegation = r.Delegation, Session = r.Session, TokenId = r.TokenId,
        ParentTokenId = r.ParentTokenId, SubjectTokenHash = r.SubjectTokenHash, ActorTokenHash = r.ActorTokenHash, ExpiresAt = r.ExpiresAt, PolicySetVersion = r.PolicySetVersion,
        Policy = r.Policy, Source = r.Source, Detail = r.Detail,
    };

    private readonly IReadOnlyList<RecordCondition> _conditions = RecordCondition.Of(filter);
    private (RecordSpan? Span, RecordCondition? Chosen)? _way;

    /// <summary>Leaves the question where it is.</summary>
    public static IQueryable<ExchangeRecordRow> WithoutQuestion(IQueryable<ExchangeRecordRow> rows) => rows.Select(s_short);

    /// <summary>The first of a span.</summary>
    public async Task<FoundRecords> ReadAsync(RecordSpan within, int count, CancellationToken cancellationToken)
    {
        _way ??= await FindWayAsync(within, cancellationToken);
        if (_way.Value is not { Span: { } times, Chosen: var chosen })
        {
            return new FoundRecords([], null);
        }

        var rows = RecordSpan.During(db.ExchangeRecords.AsNoTracking(), filter.From, filter.Until);
        var asked = filter.From is not null || filter.Until is not null;
        foreach (var condition in _conditions.Where(c => c != chosen))
        {
            rows = rows.Where(condition.Test);
            asked = true;
        }

        var span = within.And(times);
        return chosen is null ? await InOrderAsync(rows, asked, span, count, cancellationToken) : await ByIndexAsync(rows, asked, chosen, span, count, cancellationToken);
    }

    private async Task<(RecordSpan? Span, RecordCondition? Chosen)> FindWayAsync(RecordSpan within, CancellationToken cancellationToken) =>
        await RecordSpan.OfAsync(db, filter.From, filter.Until, cancellationToken) is { } times ? (times, await ChooseAsync(within.And(times), cancellationToken)) : (null, null);

    // The condition whose index leaves the fewest records to look at; of those that leave too many, the one with which the search comes furthest.
    private async Task<RecordCondition?> ChooseAsync(RecordSpan span, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecordCondition> indexed = [.. _conditions.Where(c => c.Paths.Count > 0)];
        if (indexed.Count <= 1)
        {
            return indexed.Count == 0 ? null : indexed[0];
        }

        var ways = new List<(RecordCondition Condition, int Count, long? StopsAt)>();
        foreach (var condition in indexed)
        {
            var (count, stopsAt) = (0, (long?)null);
            foreach (var path in condition.Paths)
            {
                var keys = Keys(db.ExchangeRecords.Where(path), span);
                count += await keys.Take(bounds.ByIndex).CountAsync(cancellationToken);
                stopsAt = count < bounds.ByIndex ? null : Sooner(stopsAt, await StopAsync(keys, Share(condition), cancellationToken));
            }

            ways.Add((condition, Math.Min(count, bounds.ByIndex), stopsAt));
        }

        return ways.OrderBy(w => w.Count).ThenBy(w => newer ? -w.StopsAt : w.StopsAt).First().Condition;
    }

    private async Task<FoundRecords> InOrderAsync(IQueryable<ExchangeRecordRow> rows, bool asked, RecordSpan span, int count, CancellationToken cancellationToken)
    {
        var bounded = span;
        if (asked)
        {
            // Numbers that are missing only make this less.
            var last = await db.ExchangeRecords.MaxAsync(r => (long?)r.Id, cancellationToken) ?? 0;
            span = span.And(new RecordSpan(0, last + 1));
            bounded = newer ? span.And(new RecordSpan(0, Math.Min(span.Above, last) + bounds.InOrder + 1)) : span.And(new RecordSpan(span.Below - bounds.InOrder - 1, long.MaxValue));
        }

        var found = await Select(Ordered(In(rows, bounded)).Take(count)).ToListAsync(cancellationToken);
        return new FoundRecords(found, found.Count == count || bounded == span ? null : newer ? bounded.Below - 1 : bounded.Above + 1);
    }

    private async Task<FoundRecords> ByIndexAsync(IQueryable<ExchangeRecordRow> rows, bool asked, RecordCondition chosen, RecordSpan span, int count, CancellationToken cancellationToken)
    {
        var found = new List<ExchangeRecordRow>();
        long? stoppedAt = null;
        foreach (var path in chosen.Paths)
        {
            // The keys come from the index alone; only the few rows they name are fetched, and asked the rest.
            var keys = Keys(db.ExchangeRecords.Where(path), span);
            var most = asked ? Share(chosen) : count;
            var named = keys.Take(most).Join(rows, k => k, r => r.Id, (k, r) => new { Key = k, Row = r });
            var some = await Select((newer ? named.OrderBy(n => n.Key) : named.OrderByDescending(n => n.Key)).Select(n => n.Row).Take(count)).ToListAsync(cancellationToken);
            found.AddRange(some);
            stoppedAt = asked && some.Count < count ? Sooner(stoppedAt, await StopAsync(keys, most, cancellationToken)) : stoppedAt;
        }

        // A record may be found twice, and beyond where one path stopped nothing is known.
        var known = found.DistinctBy(r => r.Id).Where(r => stoppedAt is not { } end || (newer ? r.Id <= end : r.Id >= end));
        IReadOnlyList<ExchangeRecordRow> first = [.. (newer ? known.OrderBy(r => r.Id) : known.OrderByDescending(r => r.Id)).Take(count)];
        return new FoundRecords(first, first.Count == count ? null : stoppedAt);
    }

    private int Share(RecordCondition condition) => Math.Max(bounds.ByIndex / condition.Paths.Count, 1);

    // The last one that is looked at, when there are more.
    private static async Task<long?> StopAsync(IQueryable<long> keys, int most, CancellationToken cancellationToken) =>
        await keys.Skip(most - 1).Take(2).ToListAsync(cancellationToken) is [var last, _] ? last : null;

    private long? Sooner(long? one, long? other) => one is null || other is null ? one ?? other : newer ? Math.Min(one.Value, other.Value) : Math.Max(one.Value, other.Value);

    private static IQueryable<ExchangeRecordRow> In(IQueryable<ExchangeRecordRow> rows, RecordSpan span)
    {
        var (above, below) = span;
        return rows.Where(r => r.Id > above && r.Id < below);
    }

    private IQueryable<ExchangeRecordRow> Ordered(IQueryable<ExchangeRecordRow> rows) => newer ? rows.OrderBy(r => r.Id) : rows.OrderByDescending(r => r.Id);

    private IQueryable<long> Keys(IQueryable<ExchangeRecordRow> rows, RecordSpan span) => Ordered(In(rows, span)).Select(r => r.Id);

    private IQueryable<ExchangeRecordRow> Select(IQueryable<ExchangeRecordRow> rows) => whole ? rows : WithoutQuestion(rows);
}
