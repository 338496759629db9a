using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Policies;

/// <summary>Keeps drafts of the policy set. Every change is written with its record, and only over the version that was seen.</summary>
public sealed class PolicyDraftStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    private static readonly Expression<Func<PolicyDraftRow, PolicyDraftRow>> WithoutContent = d => new PolicyDraftRow
    {
        Id = d.Id, Title = d.Title, BasedOn = d.BasedOn, Version = d.Version, Editors = d.Editors, CreatedAt = d.CreatedAt, CreatedBy = d.CreatedBy, UpdatedAt = d.UpdatedAt, UpdatedBy = d.UpdatedBy,
        Content = string.Empty,
    };

    /// <summary>All drafts, the one begun last first.</summary>
    public async Task<IReadOnlyList<DraftHeader>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.PolicyDrafts.AsNoTracking().OrderByDescending(d => d.CreatedAt).ThenBy(d => d.Id).Select(WithoutContent).ToListAsync(cancellationToken);
        return rows.ConvertAll(Header);
    }

    /// <summary>The draft, or null.</summary>
    public async Task<PolicyDraft?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.PolicyDrafts.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var (purposes, policies) = PolicyContent.Read(row.Content);
        return new PolicyDraft(Header(row), purposes, policies);
    }

    /// <summary>Keeps a new draft; false, with nothing written, when there are <paramref name="most"/> already. Some who come at once may all still find room.</summary>
    public async Task<bool> AddAsync(PolicyDraft draft, int most, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.PolicyDrafts.CountAsync(cancellationToken) >= most)
        {
            return false;
        }

        var header = draft.Header;
        db.PolicyDrafts.Add(new PolicyDraftRow
        {
            Id = header.Id, Title = header.Title, BasedOn = header.BasedOn, Version = header.Version, Editors = Write(header.Editors), CreatedAt = header.CreatedAt, CreatedBy = header.CreatedBy,
            UpdatedAt = header.UpdatedAt, UpdatedBy = header.UpdatedBy, Content = PolicyContent.Write(draft.Purposes, draft.Policies),
        });
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Writes what may change of a draft, whose version is one more than the one that was seen. False, with nothing written, when that is no longer the version
    /// there is.
    /// </summary>
    public Task<bool> ReplaceAsync(PolicyDraft draft, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var header = draft.Header;
        var (seen, editors, content) = (header.Version - 1, Write(header.Editors), PolicyContent.Write(draft.Purposes, draft.Policies));
        return WriteAsync(
            db => At(db, header.Id, seen).ExecuteUpdateAsync(
                s => s.SetProperty(d => d.Title, header.Title).SetProperty(d => d.BasedOn, header.BasedOn).SetProperty(d => d.Version, header.Version).SetProperty(d => d.Editors, editors)
                    .SetProperty(d => d.UpdatedAt, header.UpdatedAt).SetProperty(d => d.UpdatedBy, header.UpdatedBy).SetProperty(d => d.Content, content),
                cancellationToken),
            record,
            cancellationToken);
    }

    /// <summary>Deletes a draft. False, with nothing written, when the version is another by now, or the draft is gone.</summary>
    public Task<bool> DeleteAsync(string id, long version, ExchangeRecord record, CancellationToken cancellationToken) =>
        WriteAsync(db => At(db, id, version).ExecuteDeleteAsync(cancellationToken), record, cancellationToken);

    /// <summary>Keeps what a replay of one version found, instead of what one before it found. Nothing happens when the draft has another version by now, or is gone.</summary>
    public async Task KeepReplayAsync(string id, DraftReplay replay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(replay);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var json = JsonSerializer.Serialize(replay, ConfigurationJson.Compact);
        await At(db, id, replay.Version).ExecuteUpdateAsync(s => s.SetProperty(d => d.Replay, json), cancellationToken);
    }

    /// <summary>What the last replay of a draft found, of whichever version it was; null when there was none.</summary>
    public async Task<DraftReplay?> FindReplayAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.PolicyDrafts.AsNoTracking().Where(d => d.Id == id).Select(d => d.Replay).SingleOrDefaultAsync(cancellationToken) is { } json
            ? JsonSerializer.Deserialize<DraftReplay>(json, ConfigurationJson.Compact)
            : null;
    }

    /// <summary>The row at the version that was seen; nothing when it has another by now.</summary>
    internal static IQueryable<PolicyDraftRow> At(ExchangeDbContext db, string id, long version) => db.PolicyDrafts.Where(d => d.Id == id && d.Version == version);

    private static DraftHeader Header(PolicyDraftRow row) => new(
        row.Id, row.Title, row.BasedOn, row.Version, JsonSerializer.Deserialize<string[]>(row.Editors, ConfigurationJson.Compact)!, row.CreatedAt, row.CreatedBy, row.UpdatedAt, row.UpdatedBy);

    private static string Write(IReadOnlyList<string> editors) => JsonSerializer.Serialize(editors, ConfigurationJson.Compact);

    private async Task<bool> WriteAsync(Func<ExchangeDbContext, Task<int>> write, ExchangeRecord record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await write(db) != 1)
        {
            return false;
        }

        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
