using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage;

namespace TokenExchange.Server.Hosting;

/// <summary>What must be true before anything is served: settings judged, schema current, keys loaded, the named configuration applied.</summary>
public static class ServerStart
{
    /// <summary>Prepares a built app.</summary>
    /// <exception cref="ConfigurationException">It cannot be; the message says why and what to do.</exception>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        var exchange = await OpenDatabaseAsync(app, cancellationToken);
        await app.Services.GetRequiredService<SigningKeys>().LoadAsync(cancellationToken);
        if (exchange.Apply is { } path)
        {
            foreach (var change in await ApplyFileAsync(app.Services.GetRequiredService<ConfigurationEditor>(), path, dryRun: false, cancellationToken))
            {
                HostingLog.Applied(app.Logger, path, change.Headline);
            }
        }
    }

    /// <summary>Judges the settings and sees to the schema: all that a command needs which does not serve.</summary>
    internal static async Task<ExchangeSettings> OpenDatabaseAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var (exchange, storage) = ReadSettings(app.Services);
        await MakeSchemaCurrentAsync(app.Services.GetRequiredService<Schema>(), storage, cancellationToken);
        return exchange;
    }

    /// <summary>Judges the settings; every mistake is named at once.</summary>
    internal static (ExchangeSettings Exchange, StorageSettings Storage) ReadSettings(IServiceProvider services)
    {
        var problems = KnownSettings.Problems(services.GetRequiredService<IConfiguration>()).ToList();
        if (problems.Count == 0)
        {
            var (exchange, storage) = (Judged<ExchangeSettings>(services, problems), Judged<StorageSettings>(services, problems));
            Judged<LimitSettings>(services, problems);
            Judged<ProxySettings>(services, problems);
            Judged<TlsSettings>(services, problems);
            Judged<EventSettings>(services, problems);
            Judged<MeSettings>(services, problems);
            Judged<AdminSettings>(services, problems);
            if (problems.Count == 0)
            {
                return (exchange!, storage!);
            }
        }

        throw new ConfigurationException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>Applies a file and returns the changes.</summary>
    public static async Task<IReadOnlyList<ConfigurationChange>> ApplyFileAsync(ConfigurationEditor editor, string path, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(editor);
        if (!File.Exists(path))
        {
            throw new ConfigurationException($"There is no file {path}.");
        }

        if (!ConfigurationEditor.TryRead(await File.ReadAllTextAsync(path, cancellationToken), out var desired, out var problem))
        {
            throw NotApplied(path, problem!.Split('\n'));
        }

        return await editor.ApplyAsync(desired!, "apply", dryRun, cancellationToken) switch
        {
            ApplyOutcome.Applied applied => applied.Changes,
            ApplyOutcome.Invalid invalid => throw NotApplied(path, invalid.Problems.Select(p => p.ToString())),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
    }

    private static ConfigurationException NotApplied(string path, IEnumerable<string> problems) =>
        new($"{path} was not applied:{string.Concat(problems.Select(p => $"{Environment.NewLine}  {p}"))}");

    private static T? Judged<T>(IServiceProvider services, List<string> problems)
        where T : class
    {
        try
        {
            return services.GetRequiredService<IOptions<T>>().Value;
        }
        catch (OptionsValidationException e)
        {
            problems.AddRange(e.Failures);
            return null;
        }
    }

    private static async Task MakeSchemaCurrentAsync(Schema schema, StorageSettings storage, CancellationToken cancellationToken)
    {
        if (storage.MigratesOnStart)
        {
            await schema.MigrateAsync(cancellationToken);
        }
        else if (await schema.PendingAsync(cancellationToken) is { Count: > 0 } pending)
        {
            throw new ConfigurationException(
                $"The database schema is outdated (migrations to apply: {pending.Count}). Run this executable with the command migrate, or set Storage:MigrateOnStart to true.");
        }
    }
}

internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Information, "Applied {Path}: {Change}")]
    public static partial void Applied(ILogger logger, string path, string change);
}
