using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Web.Admin.Settings;

/// <summary>The settings of this node as they hold. They are changed where they were written, and take a restart.</summary>
public sealed class IndexModel(EffectiveSettings settings) : AdminPage
{
    /// <summary>All of them, by section.</summary>
    public IReadOnlyList<(string Section, IReadOnlyList<EffectiveSetting> Settings)> Sections { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public void OnGet() => Sections =
    [
        .. settings.List().GroupBy(s => s.Key.Split(':')[0], StringComparer.Ordinal).Select(g => (g.Key, (IReadOnlyList<EffectiveSetting>)[.. g])),
    ];

    /// <summary>Where a value came from, in words.</summary>
    public static string Words(EffectiveSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting.Source switch
        {
            SettingSource.Default => "default",
            SettingSource.File => $"file {setting.File}",
            SettingSource.Environment => "environment",
            SettingSource.CommandLine => "command line",
            SettingSource.Host => "the program that hosts it",
        };
    }
}
