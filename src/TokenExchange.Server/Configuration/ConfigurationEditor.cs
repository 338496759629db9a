using System.Text.Json;
using TokenExchange.Core.Configuration;
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
    public sealed record Applied(IReadOnlyList<string> Changes, long PolicySetVersion) : ApplyOutcome;

    /// <summary>It cannot be; nothing was changed. One sentence per problem.</summary>
    public sealed record Invalid(IReadOnlyList<string> Problems) : ApplyOutcome;
}

/// <summary>The one door to changing the configuration: validates the whole that would result, and makes it so in one transaction with its record.</summary>
public sealed class ConfigurationEditor(ConfigurationStore store, TimeProvider clock)
{
    private static readonly ConfigurationValidator Validator = new();

    /// <summary>Reads the file people write; false with the problem, naming the member where it can.</summary>
    public static bool TryRead(string json, out ExchangeConfiguration? configuration, out string? problem)
    {
        (configuration, problem) = (null, null);
        try
        {
            configuration = JsonSerializer.Deserialize<ExchangeConfiguration>(json, ConfigurationJson.Compact);
            problem = configuration is null ? "the file holds no JSON object" : null;
        }
        catch (JsonException e)
        {
            problem = e.Message;
        }

        return configuration is not null;
    }

    /// <summary>Everything that is configured, as it would be written.</summary>
    public async Task<ExchangeConfiguration> ExportAsync(CancellationToken cancellationToken) => (await store.ReadAsync(cancellationToken)).Content;

    /// <summary>Makes the sections that are present exactly so; with <paramref name="dryRun"/> only says what that would change.</summary>
    public async Task<ApplyOutcome> ApplyAsync(ExchangeConfiguration desired, string by, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desired);
        while (true)
        {
            var current = await store.ReadAsync(cancellationToken);
            var merged = new ExchangeConfiguration
            {
                Issuers = desired.Issuers ?? current.Content.Issuers,
                Resources = desired.Resources ?? current.Content.Resources,
                Clients = desired.Clients ?? current.Content.Clients,
                Purposes = desired.Purposes ?? current.Content.Purposes,
                Policies = desired.Policies ?? current.Content.Policies,
            };
            var judged = await Validator.ValidateAsync(merged, cancellationToken);
            if (!judged.IsValid)
            {
                return new ApplyOutcome.Invalid([.. judged.Errors.Select(e => $"{PathOf(e.PropertyName)}: {e.ErrorMessage}")]);
            }

            var changes = ConfigurationDifference.Between(current.Content, merged);
            if (changes.Count == 0 || dryRun)
            {
                return new ApplyOutcome.Applied(changes, current.PolicySetVersion);
            }

            var record = new ExchangeRecord { At = clock.GetUtcNow(), Kind = RecordKind.Configuration, Reason = "applied", ClientId = by, Detail = string.Join('\n', changes) };
            if (await store.ReplaceAsync(current.Version, merged, record, cancellationToken))
            {
                return new ApplyOutcome.Applied(changes, (await store.ReadAsync(cancellationToken)).PolicySetVersion);
            }

            // Somebody else was faster: what is wanted is judged against what holds now.
        }
    }

    // Policies[0].Limits.MaxLifetime -> policies[0].limits.maxLifetime, as it stands in the file.
    private static string PathOf(string property) => string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
