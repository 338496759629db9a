using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Events;

/// <summary>
/// All events, in the order in which they were committed. Sequences have no gaps, and whoever has seen one never meets a smaller one later: a reader only
/// remembers how far it has read.
/// </summary>
public sealed class EventLog(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Sequence of the latest event; 0 before the first.</summary>
    public async Task<long> LastAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LastAsync(db, cancellationToken);
    }

    /// <summary>The events after this sequence, in order.</summary>
    public async Task<IReadOnlyList<SecurityEvent>> ReadAfterAsync(long sequence, int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Events.AsNoTracking().Where(e => e.Sequence > sequence).OrderBy(e => e.Sequence).Take(count).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => r.ToEvent());
    }

    /// <summary>The sequence before the first event that happened at this instant or later.</summary>
    public async Task<long> BeforeAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await BeforeAsync(db, since, cancellationToken);
    }

    internal static async Task<long> BeforeAsync(ExchangeDbContext db, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // In this order: an event that comes between the two questions is behind the answer, not before it.
        var last = await LastAsync(db, cancellationToken);
        var first = await db.Events.Where(e => e.At >= since).MinAsync(e => (long?)e.Sequence, cancellationToken);
        return Math.Min(last, first - 1 ?? last);
    }

    /// <summary>
    /// Adds events to a transaction that the caller saves and commits. Called last in it: from here on until its end other events wait, which is what makes
    /// the sequence that of the commits.
    /// </summary>
    internal static async Task AppendAsync(ExchangeDbContext db, IReadOnlyList<SecurityEvent> events, CancellationToken cancellationToken)
    {
        var count = events.Count;
        await db.EventStates.Where(s => s.Id == EventStateRow.OnlyId).ExecuteUpdateAsync(s => s.SetProperty(x => x.Last, x => x.Last + count), cancellationToken);
        var first = await LastAsync(db, cancellationToken) - count + 1;
        db.Events.AddRange(events.Select((e, i) => EventRow.From(e with { Sequence = first + i })));
    }

    private static Task<long> LastAsync(ExchangeDbContext db, CancellationToken cancellationToken) =>
        db.EventStates.Where(s => s.Id == EventStateRow.OnlyId).Select(s => s.Last).SingleAsync(cancellationToken);
}
