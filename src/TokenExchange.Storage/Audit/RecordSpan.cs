using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Audit;

/// <summary>Some records by their numbers.</summary>
/// <param name="Above">Only greater ones.</param>
/// <param name="Below">Only smaller ones.</param>
internal sealed record RecordSpan(long Above, long Below)
{
    // Between the instant a record tells and its writing lies what a request may wait for the database (half a minute), and what clocks of nodes differ.
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(2);

    public static RecordSpan All { get; } = new(0, long.MaxValue);

    /// <summary>
    /// The narrowest span that holds all records of these instants; null when there are none. Records are written nearly in the order of what they tell: who finds
    /// one knows that those of two minutes later have greater numbers.
    /// </summary>
    public static async Task<RecordSpan?> OfAsync(ExchangeDbContext db, DateTimeOffset? from, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var span = All;
        var within = During(db.ExchangeRecords, from, until);
        if (from is not null)
        {
            if (await within.OrderBy(r => r.At).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancellationToken) is not { } first)
            {
                return null;
            }

            var end = until <= first + Disorder ? until.Value.AddTicks(-1) : first + Disorder;
            span = span with { Above = await Between(first, end).MinAsync(r => r.Id + 0, cancellationToken) - 1 };
        }

        if (until is not null)
        {
            if (await within.OrderByDescending(r => r.At).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancellationToken) is not { } last)
            {
                return null;
            }

            var start = from > last - Disorder ? from.Value : last - Disorder;
            span = span with { Below = await Between(start, last).MaxAsync(r => r.Id + 0, cancellationToken) + 1 };
        }

        return span;

        // One lower and one upper instant only: of two, SQLite would take any one and go through all that the other leaves out. And it is never the number itself that
        // is asked for: a database could go through the table in that order instead, until it meets one of these instants.
        IQueryable<ExchangeRecordRow> Between(DateTimeOffset first, DateTimeOffset last) => db.ExchangeRecords.Where(r => r.At >= first && r.At <= last);
    }

    /// <summary>The records of these instants, by what they tell.</summary>
    public static IQueryable<ExchangeRecordRow> During(IQueryable<ExchangeRecordRow> rows, DateTimeOffset? from, DateTimeOffset? until)
    {
        var since = from is null ? rows : rows.Where(r => r.At >= from);
        return until is null ? since : since.Where(r => r.At < until);
    }

    /// <summary>What of it is also in another one.</summary>
    public RecordSpan And(RecordSpan other) => new(Math.Max(Above, other.Above), Math.Min(Below, other.Below));
}
