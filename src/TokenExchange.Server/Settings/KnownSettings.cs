using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace TokenExchange.Server.Settings;

/// <summary>One documented setting.</summary>
/// <param name="Key">As it is written, e.g. <c>Storage:SqlServer:MaxBatchSize</c>.</param>
/// <param name="Type">What its value must be.</param>
/// <param name="Meaning">What it does, with unit and range.</param>
/// <param name="Default">What holds when it is not set.</param>
/// <param name="Read">What it is, of options.</param>
internal sealed record KnownSetting(string Key, Type Type, string Meaning, string Default, Func<IServiceProvider, object?> Read);

/// <summary>
/// Every setting of ours, read off the options classes. The binder would refuse a value of the wrong kind and a key nobody knows as well, but in the words
/// of its own classes; here the sentence names the key and what to write.
/// </summary>
internal static class KnownSettings
{
    // Not ConnectionStrings: a host may keep others of its own there.
    private static readonly string[] Sections = [ExchangeSettings.Section, StorageSettings.Section, KeySettings.Section, LimitSettings.Section, ProxySettings.Section, TlsSettings.Section, EventSettings.Section, PolicySettings.Section];

    /// <summary>All of them, in the order people should read them.</summary>
    public static IReadOnlyList<KnownSetting> All { get; } =
    [
        .. Of(typeof(ExchangeSettings), ExchangeSettings.Section),
        .. Of(typeof(StorageSettings), StorageSettings.Section),
        .. Of(typeof(ConnectionSettings), ConnectionSettings.Section),
        .. Of(typeof(KeySettings), KeySettings.Section),
        .. Of(typeof(LimitSettings), LimitSettings.Section),
        .. Of(typeof(ProxySettings), ProxySettings.Section),
        .. Of(typeof(TlsSettings), TlsSettings.Section),
        .. Of(typeof(EventSettings), EventSettings.Section),
        .. Of(typeof(PolicySettings), PolicySettings.Section),
    ];

    /// <summary>One sentence for each key that is no setting and each value of the wrong kind.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
    [
        .. from section in Sections
           from written in configuration.GetSection(section).AsEnumerable()
           where written.Value is not null
           let problem = Problem(section, written.Key, written.Value)
           where problem is not null
           select problem,

        // The framework's own switch believes everybody about where a request came from.
        .. string.Equals(configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase)
            ? ["ForwardedHeaders_Enabled is 'true': leave it out and name the proxies in Proxies:Trusted, e.g. 10.0.0.0/8."] : (string[])[],
    ];

    private static string? Problem(string section, string key, string value) =>
        All.FirstOrDefault(s => string.Equals(s.Key, key, StringComparison.OrdinalIgnoreCase)) switch
        {
            null => $"{key} is not a setting: write one of {string.Join(", ", All.Select(s => s.Key).Where(k => k.StartsWith($"{section}:", StringComparison.Ordinal)))}.",
            var setting when Expected(setting.Type, value) is { } expected => $"{setting.Key} is '{value}': write {expected}.",
            _ => null,
        };

    /// <summary>What to write instead; null when the value is of the right kind.</summary>
    private static string? Expected(Type type, string value)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return value.Length == 0 ? null : Expected(underlying, value);
        }

        return type switch
        {
            _ when type == typeof(TimeSpan) => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a duration, hh:mm:ss",
            _ when type == typeof(bool) => bool.TryParse(value, out _) ? null : "true or false",
            _ when type == typeof(int) => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
            _ => null,
        };
    }

    private static IEnumerable<KnownSetting> Of(Type options, string section)
    {
        var service = typeof(IOptions<>).MakeGenericType(options);
        var value = service.GetProperty(nameof(IOptions<>.Value))!;
        return Of(options, section, services => value.GetValue(services.GetRequiredService(service)));
    }

    private static IEnumerable<KnownSetting> Of(Type options, string section, Func<IServiceProvider, object?> read) => options.GetProperties().SelectMany(property =>
    {
        object? Value(IServiceProvider services) => read(services) is { } whole ? property.GetValue(whole) : null;
        return property.GetCustomAttribute<SettingAttribute>() is { } setting ? [new KnownSetting($"{section}:{property.Name}", property.PropertyType, setting.Meaning, setting.Default, Value)]
            : property.PropertyType.IsClass && property.PropertyType != typeof(string) ? Of(property.PropertyType, $"{section}:{property.Name}", Value)
            : [];
    });
}
