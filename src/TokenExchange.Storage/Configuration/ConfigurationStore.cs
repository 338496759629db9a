using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Clients;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Issuers;
using TokenExchange.Storage.Policies;
using TokenExchange.Storage.Resources;

namespace TokenExchange.Storage.Configuration;

/// <summary>The configuration as it is stored.</summary>
/// <param name="Version">Grows with every change of anything.</param>
/// <param name="PolicySetVersion">Version of the published policy set; 0 when there is none.</param>
/// <param name="Content">Every section, never null.</param>
public sealed record StoredConfiguration(long Version, long PolicySetVersion, ExchangeConfiguration Content);

/// <summary>Reads and replaces the whole configuration: issuers, resources, clients, and the published purposes and policies.</summary>
public sealed class ConfigurationStore(IDbContextFactory<ExchangeDbContext> contexts, EventSignal signal)
{
    /// <summary>The current version: one read of one row, so that nodes can ask on every request.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ConfigurationStates.Where(s => s.Id == ConfigurationStateRow.OnlyId).Select(s => s.Version).SingleAsync(cancellationToken);
    }

    /// <summary>Reads everything at one version.</summary>
    public async Task<StoredConfiguration> ReadAsync(CancellationToken cancellationToken)
    {
        // The version is read first and last: whatever was written in between is read again.
        while (true)
        {
            var before = await VersionAsync(cancellationToken);
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var stored = await ReadAsync(db, before, cancellationToken);
            if (await VersionAsync(cancellationToken) == before)
            {
                return stored;
            }
        }
    }

    /// <summary>
    /// Makes the stored configuration exactly <paramref name="desired"/>, in one transaction with its record and its events: that it was changed, and what
    /// that ends. Publishes one new policy set when purposes or policies differ. False, with nothing written, when somebody else has changed it since <paramref name="expectedVersion"/>.
    /// </summary>
    public Task<bool> ReplaceAsync(long expectedVersion, ExchangeConfiguration desired, ExchangeRecord record, CancellationToken cancellationToken) =>
        WriteAsync(expectedVersion, desired, publication: null, record, cancellationToken);

    /// <summary>
    /// The same, with the purposes and policies of a draft in <paramref name="desired"/>: the draft is gone with it. False, with nothing written, also when
    /// somebody else has changed the draft since.
    /// </summary>
    public Task<bool> PublishAsync(long expectedVersion, ExchangeConfiguration desired, DraftPublication publication, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        return WriteAsync(expectedVersion, desired, publication, record, cancellationToken);
    }

    // Every writer of the configuration comes through here: whoever applies and whoever publishes cannot lose each other's changes.
    private async Task<bool> WriteAsync(long expectedVersion, ExchangeConfiguration desired, DraftPublication? publication, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desired);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Who raises the version may write; others wait here until that is done and then find it raised. Raised last, two writers that add the same
        // client would already have met at its unique key, and one of them would have failed instead of being told that it came second.
        var raised = await db.ConfigurationStates
            .Where(s => s.Id == ConfigurationStateRow.OnlyId && s.Version == expectedVersion)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Version, expectedVersion + 1), cancellationToken);
        if (raised != 1)
        {
            return false;
        }

        if (publication is not null && await PolicyDraftStore.At(db, publication.Id, publication.Version).ExecuteDeleteAsync(cancellationToken) != 1)
        {
            return false;
        }

        var before = await ReadAsync(db, expectedVersion, cancellationToken);
        await ReplaceAsync(db.Issuers, desired.Issuers!, r => r.Issuer, d => d.Issuer, Create, (r, d) => r.Definition = Write(d), cancellationToken);
        await ReplaceAsync(db.Resources, desired.Resources!, r => r.Key, KeyOf, Create, (r, d) => r.Definition = Write(d), cancellationToken);
        await ReplaceAsync(db.Clients, desired.Clients!, r => r.ClientId!, d => d.ClientId, _ => new ClientRow { Id = Guid.NewGuid().ToString() }, (r, d) => r.Take(d), cancellationToken);
        var published = await AddPolicySetAsync(db, desired, publication?.Note, record, cancellationToken);
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        await EventLog.AppendAsync(db, Told(before.Content, desired, published, record), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Raise();
        return true;
    }

    // What ended comes first: whoever reads that much is right, however late the rest arrives.
    private static IReadOnlyList<SecurityEvent> Told(ExchangeConfiguration before, ExchangeConfiguration after, long policySetVersion, ExchangeRecord record)
    {
        var by = record.ClientId ?? "server";
        return
        [
            .. EndedByConfiguration.Between(before, after, record.At).Select(root => new SecurityEvent { At = record.At, Kind = EventKind.Disabled, Root = root, By = by }),
            new SecurityEvent { At = record.At, Kind = EventKind.PoliciesChanged, By = by, PolicySetVersion = policySetVersion },
        ];
    }

    /// <summary>Publishes what differs, and returns the version that holds then.</summary>
    private static async Task<long> AddPolicySetAsync(ExchangeDbContext db, ExchangeConfiguration desired, string? note, ExchangeRecord record, CancellationToken cancellationToken)
    {
        var latest = await db.PolicySets.OrderByDescending(p => p.Version).Select(p => new { p.Version, p.ContentHash }).FirstOrDefaultAsync(cancellationToken);
        var hash = PolicySet.Hash(desired.Purposes!, desired.Policies!);
        if (string.Equals(latest?.ContentHash ?? PolicySet.Empty.ContentHash, hash, StringComparison.Ordinal))
        {
            return latest?.Version ?? 0;
        }

        var version = (latest?.Version ?? 0) + 1;
        db.PolicySets.Add(new PolicySetRow
        {
            Version = version,
            ContentHash = hash,
            PublishedAt = record.At,
            PublishedBy = record.ClientId,
            Note = note,
            Content = PolicyContent.Write(desired.Purposes!, desired.Policies!),
        });
        return version;
    }

    private static async Task<StoredConfiguration> ReadAsync(ExchangeDbContext db, long version, CancellationToken cancellationToken)
    {
        var issuers = await db.Issuers.AsNoTracking().OrderBy(i => i.Issuer).Select(i => i.Definition).ToListAsync(cancellationToken);
        var resources = await db.Resources.AsNoTracking().OrderBy(r => r.Key).Select(r => r.Definition).ToListAsync(cancellationToken);
        var clients = await db.Clients.AsNoTracking().OrderBy(c => c.ClientId).ToListAsync(cancellationToken);
        var published = await db.PolicySets.AsNoTracking().OrderByDescending(p => p.Version).FirstOrDefaultAsync(cancellationToken);
        var (purposes, policies) = published is null ? ([], []) : PolicyContent.Read(published.Content);
        return new StoredConfiguration(version, published?.Version ?? 0, new ExchangeConfiguration
        {
            Issuers = issuers.ConvertAll(Read<IssuerDefinition>),
            Resources = resources.ConvertAll(Read<ResourceDefinition>),
            Clients = clients.ConvertAll(c => c.ToDefinition()),
            Purposes = purposes,
            Policies = policies,
        });
    }

    private static async Task ReplaceAsync<TRow, TDefinition>(
        DbSet<TRow> set,
        IReadOnlyList<TDefinition> desired,
        Func<TRow, string> keyOfRow,
        Func<TDefinition, string> keyOf,
        Func<TDefinition, TRow> create,
        Action<TRow, TDefinition> update,
        CancellationToken cancellationToken)
        where TRow : class
    {
        var rows = (await set.ToListAsync(cancellationToken)).ToDictionary(keyOfRow, StringComparer.Ordinal);
        foreach (var definition in desired)
        {
            if (!rows.Remove(keyOf(definition), out var row))
            {
                row = create(definition);
                set.Add(row);
            }

            update(row, definition);
        }

        set.RemoveRange(rows.Values);
    }

    private static IssuerRow Create(IssuerDefinition definition) => new() { Issuer = definition.Issuer, Definition = string.Empty };

    private static ResourceRow Create(ResourceDefinition definition) => new() { Key = KeyOf(definition), Definition = string.Empty };

    private static string KeyOf(ResourceDefinition definition) => ResourceIndicator.Parse(definition.Resource).Key;

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, ConfigurationJson.Compact);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ConfigurationJson.Compact)!;
}
