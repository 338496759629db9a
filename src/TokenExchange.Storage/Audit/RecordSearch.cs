using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Audit;

/// <summary>What one page may cost: how many records are looked at for it before the search stops. The defaults take some 20 ms.</summary>
public sealed record RecordSearchBounds
{
    /// <summary>Records one after the other, where no index helps.</summary>
    public int InOrder { get; init; } = 30_000;

    /// <summary>Records here and there, as an index names them.</summary>
    public int ByIndex { get; init; } = 10_000;
}

/// <summary>
/// Looks for records, newest first, page by page in both directions. A page takes no longer the more records there are: what no index finds is looked for among a
/// bounded number of records, and the page says how far the search came.
/// </summary>
/// <remarks>
/// The order is that of writing. With several nodes a record may appear below one that was already read; reading the page again shows it.
/// </remarks>
/// <param name="contexts">Where.</param>
/// <param name="bounds">What a page may cost; null for the defaults.</param>
public sealed class RecordSearch(IDbContextFactory<ExchangeDbContext> contexts, RecordSearchBounds? bounds = null)
{
    /// <summary>Most records on a page.</summary>
    public const int MaxPageSize = 200;

    /// <summary>Most records told of one delegation.</summary>
    public const int MaxSiblings = 200;

    private readonly RecordSearchBounds _bounds = bounds ?? new RecordSearchBounds();

    /// <summary>The newest records, or those older than one.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="than">Number of a record, there or not; null for the newest.</param>
    /// <param name="count">How many, from 1 to <see cref="MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RecordPage> OlderAsync(RecordFilter filter, long? than, int count, CancellationToken cancellationToken)
    {
        Check(filter, count);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await new RecordReading(db, filter, _bounds, newer: false, whole: false).ReadAsync(RecordSpan.All with { Below = than ?? long.MaxValue }, count + 1, cancellationToken);
        var records = Number(found.Rows.Take(count));
        var older = found.Rows.Count > count ? records[^1].Id : found.StoppedAt;
        var newer = than is { } id ? (records.Count > 0 ? records[0].Id : Beside(id, -1)) : (long?)null;
        return new RecordPage(records, older, newer, found.StoppedAt is { } last ? await InstantAsync(db.ExchangeRecords.Where(r => r.Id >= last).OrderBy(r => r.Id), cancellationToken) : null);
    }

    /// <summary>The records next newer than one; the newest first here too. A page that reaches the newest may be short.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="than">Number of a record, there or not.</param>
    /// <param name="count">How many, from 1 to <see cref="MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RecordPage> NewerAsync(RecordFilter filter, long than, int count, CancellationToken cancellationToken)
    {
        Check(filter, count);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await new RecordReading(db, filter, _bounds, newer: true, whole: false).ReadAsync(RecordSpan.All with { Above = than }, count + 1, cancellationToken);
        var records = Number(found.Rows.Take(count).Reverse());
        var newer = found.Rows.Count > count ? records[0].Id : found.StoppedAt;
        var older = records.Count > 0 ? records[^1].Id : Beside(than, 1);
        return new RecordPage(records, older, newer, found.StoppedAt is { } last ? await InstantAsync(db.ExchangeRecords.Where(r => r.Id <= last).OrderByDescending(r => r.Id), cancellationToken) : null);
    }

    /// <summary>Everything of one record; null when there is none with this number.</summary>
    public async Task<NumberedRecord?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ExchangeRecords.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } row ? new NumberedRecord(row.Id, row.ToRecord()) : null;
    }

    /// <summary>The records of one delegation (<c>txn</c>), oldest first, the first <see cref="MaxSiblings"/>; without their questions.</summary>
    public async Task<IReadOnlyList<NumberedRecord>> SiblingsAsync(string delegation, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = db.ExchangeRecords.AsNoTracking().Where(r => r.Delegation == delegation).OrderBy(r => r.Id).Take(MaxSiblings);
        return Number(await RecordReading.WithoutQuestion(rows).ToListAsync(cancellationToken));
    }

    /// <summary>
    /// All records of a filter, newest first; at most so many. It holds one page in memory and no connection while the reader works, looks at as many records as it
    /// takes, and tells nothing that was written after it began.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="atMost">How many.</param>
    /// <param name="withQuestions">Each with its question, which takes kilobytes; or without.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<NumberedRecord> StreamAsync(RecordFilter filter, int atMost, bool withQuestions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var reading = new RecordReading(db, filter, _bounds, newer: false, whole: withQuestions);
        var (below, left) = ((long?)long.MaxValue, atMost);
        while (below is { } next && left > 0)
        {
            var count = Math.Min(left, MaxPageSize);
            var found = await reading.ReadAsync(RecordSpan.All with { Below = next }, count, cancellationToken);
            foreach (var row in found.Rows)
            {
                yield return new NumberedRecord(row.Id, row.ToRecord());
            }

            left -= found.Rows.Count;
            below = found.Rows.Count == count ? found.Rows[^1].Id : found.StoppedAt;
        }
    }

    private static void Check(RecordFilter filter, int count)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPageSize);
    }

    private static IReadOnlyList<NumberedRecord> Number(IEnumerable<ExchangeRecordRow> rows) => [.. rows.Select(r => new NumberedRecord(r.Id, r.ToRecord()))];

    // So that the record itself is on the page that lies on its other side.
    private static long Beside(long id, int step) => Math.Clamp(id, 0, long.MaxValue - 1) + step;

    // The number itself may be missing.
    private static Task<DateTimeOffset?> InstantAsync(IQueryable<ExchangeRecordRow> nearest, CancellationToken cancellationToken) =>
        nearest.Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancellationToken);
}
