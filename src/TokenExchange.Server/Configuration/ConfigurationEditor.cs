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

    /// <summary>Reads the file people write; false with the problems, one a line, each naming its member.</summary>
    public static bool TryRead(string json, out ExchangeConfiguration? configuration, out string? problem)
    {
        (configuration, problem) = (null, null);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (ConfigurationShape.Problems(document.RootElement) is { Count: > 0 } problems)
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
            if (Validator.Problems(merged) is { Count: > 0 } problems)
            {
                return new ApplyOutcome.Invalid(problems);
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
}
