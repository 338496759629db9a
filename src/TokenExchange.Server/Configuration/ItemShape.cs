using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>Brings a definition that was put together by code, such as a form's, into the very form it would have if it were read from a file.</summary>
internal static class ItemShape
{
    /// <summary>
    /// False with the problems where that cannot be, e.g. for an entry of a list that is null. What is null and must not be becomes its default: to leave a
    /// field empty is to leave a member out.
    /// </summary>
    public static bool TryRead<T>(T written, [NotNullWhen(true)] out T? item, out IReadOnlyList<MemberProblem> problems)
        where T : class
    {
        var json = JsonSerializer.SerializeToElement(written, ConfigurationJson.Compact);
        problems = ConfigurationShape.Problems<T>(json);
        item = problems.Count == 0 ? json.Deserialize<T>(ConfigurationJson.Compact)! : null;
        return item is not null;
    }
}
