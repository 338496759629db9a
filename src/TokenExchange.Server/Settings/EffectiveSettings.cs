using System.Globalization;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Hosting;

namespace TokenExchange.Server.Settings;

/// <summary>Where a setting's value came from.</summary>
public enum SettingSource
{
    /// <summary>Nobody has set it.</summary>
    Default = 1,

    /// <summary>A file, named by <see cref="EffectiveSetting.File"/>.</summary>
    File,

    /// <summary>The environment.</summary>
    Environment,

    /// <summary>The command line.</summary>
    CommandLine,

    /// <summary>The program that hosts the server, or a source of its own.</summary>
    Host,
}

/// <summary>A setting as it holds. Fit to be shown: what could be a secret is not in it.</summary>
/// <param name="Key">As it is written, e.g. <c>Storage:SqlServer:MaxBatchSize</c>.</param>
/// <param name="Meaning">What it does, with unit and range; code stands between backticks.</param>
/// <param name="Default">What holds when it is not set, in words.</param>
/// <param name="Value">What holds now; null when nothing does. What is hidden in it reads <see cref="SettingSecrets.Hidden"/>.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="File">The file it came from; null when it came from none.</param>
public sealed record EffectiveSetting(string Key, string Meaning, string Default, string? Value, SettingSource Source, string? File);

/// <summary>Every setting of this process as it holds: for the administrators' eyes, who need not have seen the machine.</summary>
public sealed class EffectiveSettings(IConfiguration configuration, IServiceProvider services)
{
    private const string Urls = "Urls";

    /// <summary>All of them, in the order of <c>docs/configuration.md</c>.</summary>
    public IReadOnlyList<EffectiveSetting> List() =>
    [
        .. KnownSettings.All.SelectMany(s => s.Read is null ? Written(s) : [Effective(s.Key, s.Meaning, s.Default, Text(Resolved(s, s.Read(services))))]),
        Effective(Urls, "Addresses to listen on, separated by `;`.", $"`{ServerApp.DefaultUrl}`", configuration[Urls]),
    ];

    private EffectiveSetting Effective(string key, string meaning, string @default, string? value)
    {
        var (source, file) = SourceOf(key, configuration) ?? (SettingSource.Default, null);

        // Where to listen is told to the web host when nobody says it, and then looks as if somebody had.
        return key == Urls && value == ServerApp.DefaultUrl
            ? new EffectiveSetting(key, meaning, @default, value, SettingSource.Default, null)
            : new EffectiveSetting(key, meaning, @default, SettingSecrets.Hide(key, value), source, file);
    }

    // In a list or a map: as often as it was written, or once to say that it was not.
    private IEnumerable<EffectiveSetting> Written(KnownSetting setting)
    {
        var written = configuration.AsEnumerable().Where(c => c.Value is not null).Select(c => (Key: setting.WrittenAs(c.Key), c.Value)).Where(c => c.Key is not null).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        return written.Count == 0 ? [Effective(setting.Key, setting.Meaning, setting.Default, null)] : written.Select(c => Effective(c.Key!, setting.Meaning, setting.Default, c.Value));
    }

    // What the others' defaults depend on is not in their options.
    private object? Resolved(KnownSetting setting, object? read) => (setting.Key, read) switch
    {
        ("Storage:MigrateOnStart", _) => services.GetRequiredService<IOptions<StorageSettings>>().Value.MigratesOnStart,
        ("Keys:RingDirectory", _) => services.GetRequiredService<IOptions<KeySettings>>().Value.RingPath,
        ("ConnectionStrings:Exchange", null or "") => ConnectionSettings.Embedded,
        (_, var value) => value,
    };

    private static string? Text(object? value) => value switch
    {
        bool yes => yes ? "true" : "false",
        TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null,
    };

    // The last one that has it wins, as it does for the server.
    private static (SettingSource Source, string? File)? SourceOf(string key, IConfiguration configuration)
    {
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.Reverse() ?? [])
        {
            if (provider is ChainedConfigurationProvider chained)
            {
                if (SourceOf(key, chained.Configuration) is { } found)
                {
                    return found;
                }
            }
            else if (provider.TryGet(key, out _))
            {
                return provider switch
                {
                    CommandLineConfigurationProvider => (SettingSource.CommandLine, null),
                    EnvironmentVariablesConfigurationProvider => (SettingSource.Environment, null),
                    FileConfigurationProvider file => (SettingSource.File, file.Source.Path),
                    _ => (SettingSource.Host, null),
                };
            }
        }

        return null;
    }
}
