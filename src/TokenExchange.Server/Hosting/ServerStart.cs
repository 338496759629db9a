using Microsoft.Extensions.Options;
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
        var (exchange, storage) = ReadSettings(app.Services);
        await MakeSchemaCurrentAsync(app.Services.GetRequiredService<Schema>(), storage, cancellationToken);
        await app.Services.GetRequiredService<SigningKeys>().LoadAsync(cancellationToken);
        if (exchange.Apply is { } path)
        {
            foreach (var change in await ApplyFileAsync(app.Services.GetRequiredService<ConfigurationEditor>(), path, dryRun: false, cancellationToken))
            {
                HostingLog.Applied(app.Logger, path, change);
            }
        }
    }

    /// <summary>Judges the settings.</summary>
    public static (ExchangeSettings Exchange, StorageSettings Storage) ReadSettings(IServiceProvider services)
    {
        try
        {
            return (services.GetRequiredService<IOptions<ExchangeSettings>>().Value, services.GetRequiredService<IOptions<StorageSettings>>().Value);
        }
        catch (OptionsValidationException e)
        {
            throw new ConfigurationException(string.Join(Environment.NewLine, e.Failures));
        }
        catch (InvalidOperationException e)
        {
            // The binder: a value of the wrong kind, or a key nobody knows. Its message names the key.
            throw new ConfigurationException(e.Message);
        }
    }

    /// <summary>Applies a file and returns the changes.</summary>
    public static async Task<IReadOnlyList<string>> ApplyFileAsync(ConfigurationEditor editor, string path, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(editor);
        if (!File.Exists(path))
        {
            throw new ConfigurationException($"There is no file {path}.");
        }

        if (!ConfigurationEditor.TryRead(await File.ReadAllTextAsync(path, cancellationToken), out var desired, out var problem))
        {
            throw new ConfigurationException($"{path} cannot be read: {problem}");
        }

        return await editor.ApplyAsync(desired!, "apply", dryRun, cancellationToken) switch
        {
            ApplyOutcome.Applied applied => applied.Changes,
            ApplyOutcome.Invalid invalid => throw new ConfigurationException($"{path} was not applied:{Environment.NewLine}{string.Join(Environment.NewLine, invalid.Problems.Select(p => "  " + p))}"),
            _ => throw new InvalidOperationException("Unknown outcome."),
        };
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
                $"The database schema is outdated ({pending.Count} migrations to apply). Run this executable with the command migrate, or set Storage:MigrateOnStart to true.");
        }
    }
}

internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Information, "Applied {Path}: {Change}")]
    public static partial void Applied(ILogger logger, string path, string change);
}
