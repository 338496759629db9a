using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Audit;

/// <summary>The exchanges of one minute.</summary>
/// <param name="Minute">Its beginning.</param>
/// <param name="Permitted">Tokens issued; null when this minute was not counted.</param>
/// <param name="Refused">Tokens refused; null when this minute was not counted.</param>
public sealed record ExchangesOfMinute(DateTimeOffset Minute, int? Permitted, int? Refused);

/// <summary>Exchanges minute by minute.</summary>
/// <param name="Minutes">One for each minute, oldest first.</param>
/// <param name="IsComplete">Whether all minutes were counted; if not, the oldest were left out because counting them would have cost too much.</param>
public sealed record ExchangeRates(IReadOnlyList<ExchangesOfMinute> Minutes, bool IsComplete);

/// <summary>How often something is on record.</summary>
/// <param name="Name">A reason code.</param>
/// <param name="Count">How often.</param>
public sealed record RecordCount(string Name, int Count);

/// <summary>What is on record most often.</summary>
/// <param name="Counts">Most frequent first, then by name.</param>
/// <param name="CountedFrom">What came after this instant was counted: after the one that was asked for (itself included), or a later one where that would have cost too much.</param>
/// <param name="IsComplete">Whether all that was asked for was counted.</param>
public sealed record RecordCounts(IReadOnlyList<RecordCount> Counts, DateTimeOffset CountedFrom, bool IsComplete);

/// <summary>How many records, of any kind, are looked at for one answer. The defaults take some 30 ms.</summary>
public sealed record RecordStatisticsBounds
{
    /// <summary>For minutes: an hour of 40 a second.</summary>
    public int Minutes { get; init; } = 150_000;

    /// <summary>For reasons.</summary>
    public int Refusals { get; init; } = 300_000;

    /// <summary>Of these, how many at once: SQLite sorts what it groups, so many in memory and more in a file.</summary>
    public int Slice { get; init; } = 20_000;
}

/// <summary>Counts records by the instants they tell. How many it looks at is bounded, and each result says whether that was enough.</summary>
/// <param name="contexts">Where.</param>
/// <param name="bounds">How many; null for the defaults.</param>
public sealed class RecordStatistics(IDbContextFactory<ExchangeDbContext> contexts, RecordStatisticsBounds? bounds = null)
{
    /// <summary>Most minutes that can be asked for: a day.</summary>
    public const int MaxMinutes = 24 * 60;

    private readonly RecordStatisticsBounds _bounds = bounds ?? new RecordStatisticsBounds();

    /// <summary>The exchanges of the last minutes, the one of <paramref name="now"/> as far as it has come.</summary>
    /// <param name="minutes">How many, from 1 to <see cref="MaxMinutes"/>.</param>
    /// <param name="now">An instant of the last minute.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ExchangeRates> PerMinuteAsync(int minutes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minutes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minutes, MaxMinutes);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var end = (now.UtcTicks / TimeSpan.TicksPerMinute) + 1;
        var (since, until) = (InstantOf(end - minutes), InstantOf(end));
        var counted = new Dictionary<long, (int Permitted, int Refused)>();
        var cut = await InSlicesAsync(db.ExchangeRecords, since, until, _bounds.Minutes, CountAsync, cancellationToken);

        // Of the minute in which it was cut, only a part was counted.
        var points = Enumerable.Range(0, minutes).Select(i => end - minutes + i).Select(m => InstantOf(m) <= cut
            ? new ExchangesOfMinute(InstantOf(m), null, null)
            : new ExchangesOfMinute(InstantOf(m), counted.GetValueOrDefault(m).Permitted, counted.GetValueOrDefault(m).Refused));
        return new ExchangeRates([.. points], cut is null);

        async Task CountAsync(IQueryable<ExchangeRecordRow> slice)
        {
            var some = await slice.GroupBy(r => (long)(object)r.At / TimeSpan.TicksPerMinute).Select(g => new
            {
                Minute = g.Key, Permitted = g.Count(r => r.Kind == RecordKind.Permit), Refused = g.Count(r => r.Kind == RecordKind.Refusal),
            }).ToListAsync(cancellationToken);
            foreach (var minute in some)
            {
                var (permitted, refused) = counted.GetValueOrDefault(minute.Minute);
                counted[minute.Minute] = (permitted + minute.Permitted, refused + minute.Refused);
            }
        }
    }

    /// <summary>Why requests were refused most often, exchanges and others.</summary>
    /// <param name="since">From this instant on.</param>
    /// <param name="top">How many reasons.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RecordCounts> TopRefusalsAsync(DateTimeOffset since, int top, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var cut = await InSlicesAsync(db.ExchangeRecords, since, DateTimeOffset.MaxValue, _bounds.Refusals, CountAsync, cancellationToken);
        var first = counts.Select(c => new RecordCount(c.Key, c.Value)).OrderByDescending(c => c.Count).ThenBy(c => c.Name, StringComparer.Ordinal).Take(top);
        return new RecordCounts([.. first], cut ?? since, cut is null);

        async Task CountAsync(IQueryable<ExchangeRecordRow> slice)
        {
            // What is grouped by is not the column itself: SQLite would read all records there are, in the order of that column's index.
            var some = slice.Where(r => r.Kind == RecordKind.Refusal).GroupBy(r => r.Reason + "").Select(g => new { Name = g.Key, Count = g.Count() });
            foreach (var reason in await some.ToListAsync(cancellationToken))
            {
                counts[reason.Name] = counts.GetValueOrDefault(reason.Name) + reason.Count;
            }
        }
    }

    // The newest first, until there are no more, then null, or until too many were looked at: then what comes after the instant that is returned was counted. Each question
    // has one lower and one upper instant only; of two, SQLite would take any one and go through all that the other leaves out.
    private async Task<DateTimeOffset?> InSlicesAsync(
        IQueryable<ExchangeRecordRow> rows, DateTimeOffset since, DateTimeOffset until, int most, Func<IQueryable<ExchangeRecordRow>, Task> count, CancellationToken cancellationToken)
    {
        var last = until.AddTicks(-1);
        for (var left = most; left > 0; left -= _bounds.Slice)
        {
            var end = last;
            var rest = rows.Where(r => r.At >= since && r.At <= end);
            var cut = await rest.OrderByDescending(r => r.At).Skip(Math.Min(left, _bounds.Slice)).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancellationToken);
            if (cut is null)
            {
                await count(rest);
                return null;
            }

            await count(rows.Where(r => r.At > cut && r.At <= end));
            last = cut.Value;
        }

        return last;
    }

    private static DateTimeOffset InstantOf(long minute) => new(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero);
}
