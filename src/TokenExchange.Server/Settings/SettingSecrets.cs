using System.Data.Common;
using System.Text.RegularExpressions;

namespace TokenExchange.Server.Settings;

/// <summary>Takes out of a setting's value what could be a secret. Deny by default: of a connection string only parts are shown that are known to hold none.</summary>
public static partial class SettingSecrets
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Hidden = "(hidden)";

    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Data Source", "DataSource", "Filename", "Server", "Address", "Addr", "Network Address", "Initial Catalog", "Database", "Integrated Security", "Trusted_Connection", "Encrypt",
        "Trust Server Certificate", "TrustServerCertificate", "Host Name In Certificate", "HostNameInCertificate", "Authentication", "Application Name", "App", "Application Intent",
        "ApplicationIntent", "Multi Subnet Failover", "MultiSubnetFailover", "Failover Partner", "Connect Timeout", "Connection Timeout", "Timeout", "Command Timeout", "Default Timeout",
        "Connect Retry Count", "Connect Retry Interval", "Pooling", "Max Pool Size", "Min Pool Size", "Packet Size", "Mode", "Cache", "Foreign Keys", "Recursive Triggers",
        "Multiple Active Result Sets", "MultipleActiveResultSets",
    };

    /// <summary>The value as it may be shown.</summary>
    /// <param name="key">The setting's key.</param>
    /// <param name="value">Its value; null stays null.</param>
    public static string? Hide(string key, string? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return value is null ? null
            : IsSecret(key) ? Hidden
            : key.StartsWith($"{ConnectionSettings.Section}:", StringComparison.OrdinalIgnoreCase) ? HideInConnection(value)
            : UserInfo().Replace(value, $"{Hidden}@");
    }

    /// <summary>Whether a setting of this name holds a secret as a whole.</summary>
    public static bool IsSecret(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Secretive().IsMatch(key[(key.LastIndexOf(':') + 1)..]);
    }

    private static string HideInConnection(string connection)
    {
        var shown = new DbConnectionStringBuilder();
        try
        {
            var whole = new DbConnectionStringBuilder { ConnectionString = connection };
            foreach (var name in whole.Keys.Cast<string>())
            {
                // What is read has lost its capital letters.
                var harmless = s_harmless.TryGetValue(name, out var spelt);
                shown[spelt ?? name] = harmless ? Query().Replace((string)whole[name], $"?{Hidden}") : Hidden;
            }
        }
        catch (ArgumentException)
        {
            // What cannot be read cannot be told apart.
            return Hidden;
        }

        return shown.ConnectionString;
    }

    [GeneratedRegex("secret|passw|pwd|passphrase|token$|credential|(api|access|private|encryption|shared)_?-?key|^key$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Secretive();

    // https://user:password@host
    [GeneratedRegex("(?<=://)[^/?#@]*@", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex UserInfo();

    // SQLite takes a file as an address, which can hold more than the name.
    [GeneratedRegex(@"\?.*$", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1_000)]
    private static partial Regex Query();
}
