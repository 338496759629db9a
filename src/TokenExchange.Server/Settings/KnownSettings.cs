using System.Globalization;
using System.Reflection;

namespace TokenExchange.Server.Settings;

/// <summary>One documented setting.</summary>
/// <param name="Key">As it is written, e.g. <c>Storage:SqlServer:MaxBatchSize</c>.</param>
/// <param name="Type">What its value must be.</param>
/// <param name="Meaning">What it does, with unit and range.</param>
/// <param name="Default">What holds when it is not set.</param>
internal sealed record KnownSetting(string Key, Type Type, string Meaning, string Default);

/// <summary>
/// Every setting of ours, read off the options classes. The binder would refuse a value of the wrong kind and a key nobody knows as well, but in the words
/// of its own classes; here the sentence names the key and what to write.
/// </summary>
internal static class KnownSettings
{
    private const string AnyName = "<value>";

    // Not ConnectionStrings: a host may keep others of its own there.
    private static readonly string[] Sections = [ExchangeSettings.Section, StorageSettings.Section, KeySettings.Section, LimitSettings.Section, ProxySettings.Section, TlsSettings.Section, EventSettings.Section, PolicySettings.Section, AdminSettings.Section];

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
        .. Of(typeof(AdminSettings), AdminSettings.Section),
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
        All.FirstOrDefault(s => Is(s, key)) switch
        {
            null => $"{key} is not a setting: write one of {string.Join(", ", All.Select(s => s.Key).Where(k => k.StartsWith($"{section}:", StringComparison.Ordinal)))}.",
            var setting when Expected(setting.Type, value) is { } expected => $"{setting.Key} is '{value}': write {expected}.",
            _ => null,
        };

    // Of a map, the names of its members are written by people.
    private static bool Is(KnownSetting setting, string key) => setting.Key.EndsWith(AnyName, StringComparison.Ordinal)
        ? key.Length > setting.Key.Length - AnyName.Length && key.StartsWith(setting.Key[..^AnyName.Length], StringComparison.OrdinalIgnoreCase)
        : string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase);

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

    private static IEnumerable<KnownSetting> Of(Type options, string section) => options.GetProperties().SelectMany(property =>
        property.GetCustomAttribute<SettingAttribute>() is { } setting ? [new KnownSetting($"{section}:{property.Name}{(IsMap(property.PropertyType) ? $":{AnyName}" : string.Empty)}", property.PropertyType, setting.Meaning, setting.Default)]
        : property.PropertyType.IsClass && property.PropertyType != typeof(string) ? Of(property.PropertyType, $"{section}:{property.Name}")
        : []);

    private static bool IsMap(Type type) => type == typeof(IDictionary<string, string>);
}
