using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>What came of applying a configuration.</summary>
public abstract record ApplyOutcome
{
    private ApplyOutcome()
    {
    }

    /// <summary>It holds now (or would, in a dry run). No changes means it held already.</summary>
    public sealed record Applied(IReadOnlyList<ConfigurationChange> Changes, long PolicySetVersion) : ApplyOutcome;

    /// <summary>It cannot be; nothing was changed.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : ApplyOutcome;

    /// <summary>It was written for another version than <paramref name="Version"/>, which there is now; nothing was changed.</summary>
    public sealed record Stale(long Version) : ApplyOutcome;

    /// <summary>It changes what this caller may not change in this way; nothing was changed.</summary>
    public sealed record Forbidden(ForbiddenChange Why) : ApplyOutcome;
}

/// <summary>Why a change of the configuration is not for this caller.</summary>
public enum ForbiddenChange
{
    /// <summary>Purposes, policies and clients that administer need the right to publish.</summary>
    NeedsPublish = 1,

    /// <summary>With four-eyes, purposes and policies change through drafts only.</summary>
    NeedsDraft,

    /// <summary>With four-eyes, nobody gives themselves a second pair.</summary>
    NeedsHost,
}

/// <summary>The one door to changing the configuration: validates the whole that would result, and makes it so in one transaction with its record.</summary>
public sealed class ConfigurationEditor(ConfigurationStore store, ExchangeLedger ledger, IOptions<PolicySettings> settings, TimeProvider clock)
{
    // As much as a record keeps.
    private const int MaxDetail = 4000;

    private readonly ConfigurationValidator _validator = new(clock);

    /// <summary>Reads the file people write; false with the problems, one a line, each naming its member. Of very many, the last line says that there are more.</summary>
    public static bool TryRead(string json, out ExchangeConfiguration? configuration, out string? problem)
    {
        (configuration, problem) = (null, null);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (ConfigurationShape.Problems<ExchangeConfiguration>(document.RootElement) is { Count: > 0 } problems)
            {
                problem = string.Join('\n', problems);
                return false;
            }

            configuration = document.Deserialize<ExchangeConfiguration>(ConfigurationJson.Compact)!;
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // JSON can spell half of a surrogate pair; no text can hold one.
            problem = "it holds an escape from \\ud800 to \\udfff that is not one of a pair, high before low";
            return false;
        }
        catch (JsonException e)
        {
            problem = e.LineNumber is { } line ? $"it is not JSON: look at line {line + 1}, column {e.BytePositionInLine + 1}" : e.Message;
            return false;
        }
    }

    /// <summary>Everything that is configured, as it would be written.</summary>
    public async Task<ExchangeConfiguration> ExportAsync(CancellationToken cancellationToken) => (await store.ReadAsync(cancellationToken)).Content;

    /// <summary>The same, with the version it holds at.</summary>
    public Task<StoredConfiguration> ReadAsync(CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);

    /// <summary>What is wrong with a whole configuration, of which every section is there.</summary>
    public IReadOnlyList<MemberProblem> Problems(ExchangeConfiguration whole) => _validator.Problems(whole);

    /// <summary>
    /// Makes the sections that are present exactly so; with <paramref name="dryRun"/> only says what that would change. For whoever owns the host: no version
    /// needs to have been seen, and four-eyes does not bind them.
    /// </summary>
    public async Task<ApplyOutcome> ApplyAsync(ExchangeConfiguration desired, string by, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desired);
        while (true)
        {
            var current = await store.ReadAsync(cancellationToken);
            var merged = Merge(current.Content, desired);
            if (_validator.Problems(merged) is { Count: > 0 } problems)
            {
                return new ApplyOutcome.Invalid(problems);
            }

            var changes = ConfigurationDifference.Between(current.Content, merged);
            if (changes.Count == 0 || dryRun)
            {
                return new ApplyOutcome.Applied(changes, current.PolicySetVersion);
            }

            if (await store.ReplaceAsync(current.Version, merged, Record("applied", new Caller(by, null), changes), cancellationToken))
            {
                return new ApplyOutcome.Applied(changes, (await store.ReadAsync(cancellationToken)).PolicySetVersion);
            }

            // Somebody else was faster: what is wanted is judged against what holds now.
        }
    }

    /// <summary>
    /// The same for an administrator of the running server, who says which version of the configuration they have seen: nobody's change is overwritten unseen.
    /// </summary>
    /// <param name="desired">The sections to make exactly so.</param>
    /// <param name="seen">The version it was written for.</param>
    /// <param name="mayPublish">Whether they may publish policies as well.</param>
    /// <param name="dryRun">Whether only the changes are wanted.</param>
    /// <param name="caller">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ApplyOutcome> ReplaceAsync(ExchangeConfiguration desired, long seen, bool mayPublish, bool dryRun, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(caller);
        var current = await store.ReadAsync(cancellationToken);
        if (current.Version != seen)
        {
            return new ApplyOutcome.Stale(current.Version);
        }

        var merged = Merge(current.Content, desired);
        if (_validator.Problems(merged) is { Count: > 0 } problems)
        {
            return new ApplyOutcome.Invalid(problems);
        }

        var changes = ConfigurationDifference.Between(current.Content, merged);
        if (changes.Count == 0 || dryRun)
        {
            return new ApplyOutcome.Applied(changes, current.PolicySetVersion);
        }

        if (Forbidden(changes, merged, mayPublish) is { } why)
        {
            await ledger.RecordAsync(Record(why == ForbiddenChange.NeedsPublish ? "publish_refused" : "four_eyes_refused", caller, changes), CancellationToken.None);
            return new ApplyOutcome.Forbidden(why);
        }

        return await store.ReplaceAsync(current.Version, merged, Record("applied", caller, changes), cancellationToken) && await store.ReadAsync(cancellationToken) is var stored
            ? new ApplyOutcome.Applied(changes, stored.PolicySetVersion)
            : new ApplyOutcome.Stale(await store.VersionAsync(cancellationToken));
    }

    private static ExchangeConfiguration Merge(ExchangeConfiguration current, ExchangeConfiguration desired) => new()
    {
        Issuers = desired.Issuers ?? current.Issuers,
        Resources = desired.Resources ?? current.Resources,
        Clients = desired.Clients ?? current.Clients,
        Purposes = desired.Purposes ?? current.Purposes,
        Policies = desired.Policies ?? current.Policies,
    };

    // Who could make or take over a client that administers could have its rights, and with it a second pair of eyes. To stop one is always allowed.
    private ForbiddenChange? Forbidden(IReadOnlyList<ConfigurationChange> changes, ExchangeConfiguration merged, bool mayPublish)
    {
        var policies = changes.Any(c => c.Kind is "purpose" or "policy");
        var administrators = changes.Any(c => c.Kind == "client" && merged.Clients!.Any(x => x.ClientId == c.Name && x.Kind == ClientKind.Automation && x.Enabled));
        return policies && settings.Value.FourEyes ? ForbiddenChange.NeedsDraft
            : administrators && settings.Value.FourEyes ? ForbiddenChange.NeedsHost
            : (policies || administrators) && !mayPublish ? ForbiddenChange.NeedsPublish
            : null;
    }

    private ExchangeRecord Record(string reason, Caller caller, IReadOnlyList<ConfigurationChange> changes) => new()
    {
        At = clock.GetUtcNow(), Kind = RecordKind.Configuration, Reason = reason, ClientId = caller.ClientId, Source = caller.Source?.ToString(), Detail = Detail(changes),
    };

    // Member by member where there is room, as for what one administrator changes; otherwise at least what was changed.
    private static string Detail(IReadOnlyList<ConfigurationChange> changes)
    {
        var lines = new List<string>();
        var length = 0;
        foreach (var line in changes.SelectMany(c => c.Lines))
        {
            length += line.Length + 1;
            if (length > MaxDetail)
            {
                return string.Join('\n', changes);
            }

            lines.Add(line);
        }

        return string.Join('\n', lines.Select(RecordText.Harmless));
    }
}
