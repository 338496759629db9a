using System.Text.Json;

namespace TokenExchange.Core.Policies;

/// <summary>Reasons as they are written: <c>scope_not_permitted</c>. Records keep them, so a name never changes.</summary>
public static class DenyReasons
{
    private static readonly Dictionary<DenyReason, string> s_names = Enum.GetValues<DenyReason>().ToDictionary(r => r, r => JsonNamingPolicy.SnakeCaseLower.ConvertName(r.ToString()));
    private static readonly Dictionary<string, DenyReason> s_reasons = s_names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

    /// <summary>The name of a reason.</summary>
    public static string NameOf(DenyReason reason) => s_names[reason];

    /// <summary>The reason of a name; false when there is none.</summary>
    public static bool TryParse(string name, out DenyReason reason) => s_reasons.TryGetValue(name, out reason);
}
