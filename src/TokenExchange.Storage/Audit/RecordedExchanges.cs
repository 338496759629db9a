using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Policies;

namespace TokenExchange.Storage.Audit;

/// <summary>An exchange on record that a policy set was asked about, issued or refused.</summary>
/// <param name="Id">Number of the record.</param>
/// <param name="At">When.</param>
/// <param name="Subject">The user.</param>
/// <param name="IsKept">Whether the question is on record.</param>
/// <param name="Question">The question; null when it is not on record, or cannot be read.</param>
public sealed record RecordedExchange(long Id, DateTimeOffset At, string? Subject, bool IsKept, RecordedQuestion? Question);

/// <summary>
/// Reads the exchanges on record that a policy set was asked about, newest first, page by page, so that a million of them take no more memory than one page.
/// What was refused before that, such as a bad token, is not among them: no policy could make it otherwise.
/// </summary>
public sealed class RecordedExchanges(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>The greatest number of the records, and how many there are of the last so many.</summary>
    public async Task<(long Newest, int Count)> MeasureAsync(int last, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await Asked(db).MaxAsync(r => (long?)r.Id, cancellationToken) ?? 0;
        return (newest, await Asked(db).Where(r => r.Id <= newest).OrderByDescending(r => r.Id).Take(last).CountAsync(cancellationToken));
    }

    /// <summary>The next records, those with a smaller number.</summary>
    public async Task<IReadOnlyList<RecordedExchange>> ReadPageAsync(long below, int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Asked(db).Where(r => r.Id < below).OrderByDescending(r => r.Id).Take(count).Select(r => new { r.Id, r.At, r.Subject, r.Question }).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => new RecordedExchange(
            r.Id, r.At, r.Subject, r.Question is not null, r.Question is not null && RecordedQuestion.TryRead(r.Question, out var question) ? question : null));
    }

    private static IQueryable<ExchangeRecordRow> Asked(ExchangeDbContext db) =>
        db.ExchangeRecords.AsNoTracking().Where(r => r.PolicySetVersion != null && (r.Kind == RecordKind.Permit || r.Kind == RecordKind.Refusal));
}
