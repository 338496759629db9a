using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace TokenExchange.Server.Settings;

/// <summary>One documented setting.</summary>
/// <param name="Key">As it is written, e.g. <c>Storage:SqlServer:MaxBatchSize</c>; in a list it is that of the first entry, <c>Me:SignIn:0:Issuer</c>, and stands for all, and in a map it ends in <see cref="AnyName"/>.</param>
/// <param name="Type">What its value must be.</param>
/// <param name="Meaning">What it does, with unit and range.</param>
/// <param name="Default">What holds when it is not set.</param>
/// <param name="Read">What it is, of options; null for what stands in a list or a map, where only those who wrote it know how often.</param>
internal sealed record KnownSetting(string Key, Type Type, string Meaning, string Default, Func<IServiceProvider, object?>? Read)
{
    /// <summary>The number of a list's first entry.</summary>
    public const string First = "0";

    /// <summary>Stands for whatever name people give a member of a map.</summary>
    public const string AnyName = "<value>";

    /// <summary>The lists it stands in, e.g. <c>Me:SignIn</c>.</summary>
    public IEnumerable<string> Lists => Segments.Index().Where(s => s.Item == First).Select(s => string.Join(':', Segments.Take(s.Index)));

    private string[] Segments { get; } = Key.Split(':');

    /// <summary>The key with the number of the entry, or the name in the map, that was written; null when another setting was written.</summary>
    public string? WrittenAs(string key)
    {
        var known = Segments;
        var written = key.Split(':');

        // People may put anything into a name, colons as well.
        var isMap = known[^1] == AnyName;
        var isThis = (isMap ? written.Length >= known.Length : written.Length == known.Length)
            && known.Zip(written).All(s => s.First == AnyName || (s.First == First ? IsNumber(s.Second) : string.Equals(s.First, s.Second, StringComparison.OrdinalIgnoreCase)));
        return isThis ? string.Join(':', written.Select((w, i) => i >= known.Length || known[i] is First or AnyName ? w : known[i])) : null;
    }

    /// <summary>Whether a segment can be the number of an entry.</summary>
    public static bool IsNumber(string segment) => int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && segment == number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Every setting of ours, read off the options classes. The binder would refuse a value of the wrong kind and a key nobody knows as well, but in the words
/// of its own classes; here the sentence names the key and what to write.
/// </summary>
internal static class KnownSettings
{
    // Not ConnectionStrings: a host may keep others of its own there.
    private static readonly string[] Sections = [ExchangeSettings.Section, StorageSettings.Section, KeySettings.Section, LimitSettings.Section, ProxySettings.Section, TlsSettings.Section, EventSettings.Section, PolicySettings.Section, AdminSettings.Section, MeSettings.Section];

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
        .. Of(typeof(MeSettings), MeSettings.Section),
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

        .. from list in All.SelectMany(s => s.Lists).Distinct(StringComparer.Ordinal)
           let problem = Gap(list, configuration)
           where problem is not null
           select problem,

        // The framework's own switch believes everybody about where a request came from.
        .. string.Equals(configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase)
            ? ["ForwardedHeaders_Enabled is 'true': leave it out and name the proxies in Proxies:Trusted, e.g. 10.0.0.0/8."] : (string[])[],
    ];

    private static string? Problem(string section, string key, string value) =>
        All.FirstOrDefault(s => s.WrittenAs(key) is not null) switch
        {
            null => $"{key} is not a setting: write one of {string.Join(", ", All.Select(s => s.Key).Where(k => k.StartsWith($"{section}:", StringComparison.Ordinal)))}.",
            var setting when Expected(setting.Type, value) is { } expected => $"{setting.WrittenAs(key)} is '{value}': write {expected}.",
            _ => null,
        };

    // The binder closes a gap in silence, and the entries behind it would have other numbers than those they were written with.
    private static string? Gap(string list, IConfiguration configuration)
    {
        var written = configuration.GetSection(list).GetChildren().Select(c => c.Key).Where(KnownSetting.IsNumber).ToHashSet(StringComparer.Ordinal);
        var expected = Enumerable.Range(0, written.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        return expected.FirstOrDefault(i => !written.Contains(i)) is { } missing
            ? $"{list}:{written.Except(expected, StringComparer.Ordinal).First()} is written, but not {list}:{missing}: count from 0 and leave no number out."
            : null;
    }

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

    private static IEnumerable<KnownSetting> Of(Type options, string section, Func<IServiceProvider, object?>? read) => options.GetProperties().SelectMany(property =>
    {
        var key = $"{section}:{property.Name}";
        Func<IServiceProvider, object?>? value = read is null ? null : services => read(services) is { } whole ? property.GetValue(whole) : null;
        return property.GetCustomAttribute<SettingAttribute>() is { } setting
                ? [IsMap(property.PropertyType) ? new KnownSetting($"{key}:{KnownSetting.AnyName}", property.PropertyType, setting.Meaning, setting.Default, null) : new KnownSetting(key, property.PropertyType, setting.Meaning, setting.Default, value)]
            : property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && list.GetGenericArguments()[0] is { IsClass: true } entry && entry != typeof(string)
                ? Of(entry, $"{key}:{KnownSetting.First}", null)
            : property.PropertyType.IsClass && property.PropertyType != typeof(string) ? Of(property.PropertyType, key, value)
            : [];
    });

    private static bool IsMap(Type type) => type == typeof(IDictionary<string, string>);
}
