using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Hosting;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>
/// Writes the tables of docs/configuration.md from the code they document. The prose around them is edited in the page itself;
/// only what stands between <c>&lt;!-- generated: … --&gt;</c> and <c>&lt;!-- end --&gt;</c> is replaced.
/// </summary>
internal static partial class SettingsPage
{
    /// <summary>The page with its tables as they must be now.</summary>
    /// <param name="page">The page as it is.</param>
    /// <param name="documentation">The compiler's documentation file of TokenExchange.Core.</param>
    public static string Fill(string page, XDocument documentation)
    {
        var summaries = new Summaries(documentation);
        return Generated().Replace(page, block => $"<!-- generated: {block.Groups["name"].Value} -->\n\n{(block.Groups["name"].Value switch
        {
            "settings" => Settings(),
            "members" => string.Join('\n', Definitions().Select(d => Members(d, summaries))),
            var name => throw new FormatException($"There is nothing to generate under the name {name}."),
        })}\n<!-- end -->");
    }

    private static string Settings() => Table(
        ["key", "meaning", "default"],
        KnownSettings.All.Select(s => new[] { $"`{s.Key}`", s.Meaning, s.Default })
            .Append(["`Urls`", "Addresses to listen on, separated by `;`. As a variable of the environment also `ASPNETCORE_URLS`.", $"`{ServerApp.DefaultUrl}`"]));

    private static string Members(Type definition, Summaries summaries)
    {
        var defaults = Activator.CreateInstance(definition);
        return $"### {Title(definition)}\n\n{summaries.Of(definition)}\n\n" + Table(
            ["member", "type", "default", "meaning"],
            definition.GetProperties().Select(p => new[] { $"`{Name(p)}`", Words(p.PropertyType), Default(p, p.GetValue(defaults), summaries.Of(p)), summaries.Of(p) }));
    }

    /// <summary>The types a configuration is made of, each before those it holds.</summary>
    private static List<Type> Definitions()
    {
        var found = new List<Type> { typeof(ExchangeConfiguration) };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(found[i].GetProperties().Select(p => Element(p.PropertyType)).Where(t => IsDefinition(t) && !found.Contains(t)).Distinct());
        }

        return found;
    }

    private static bool IsDefinition(Type type) => type.Namespace == typeof(ExchangeConfiguration).Namespace;

    /// <summary>What a list or an object of anything holds at its innermost.</summary>
    private static Type Element(Type type) => type.IsGenericType ? Element(type.GetGenericArguments()[^1]) : type;

    private static string Words(Type type) => type switch
    {
        _ when IsDefinition(type) => $"[{Title(type).ToLowerInvariant()}](#{Title(type).ToLowerInvariant().Replace(' ', '-')})",
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Words(underlying),
        _ when type == typeof(JsonElement) => "JSON Web Key Set",
        { IsGenericType: true } when type.GetGenericArguments() is [_, var value] => $"object of {Words(value)}",
        { IsGenericType: true } => $"list of {Words(type.GetGenericArguments()[0])}",
        // "a duration, hh:mm:ss" is how a sentence puts it; the page says once how a duration is written.
        _ => Article().Replace(ConfigurationShape.Words(type).Split(',')[0], string.Empty),
    };

    private static string Default(PropertyInfo property, object? value, string meaning) => value switch
    {
        null => property.DeclaringType == typeof(ExchangeConfiguration) ? "left as it is" : "none",
        "" => "must be set",
        System.Collections.ICollection { Count: 0 } when meaning.EndsWith("At least one.", StringComparison.Ordinal) => "must be set",
        System.Collections.ICollection { Count: 0 } => "empty",
        _ when IsDefinition(property.PropertyType) => "its defaults",
        _ => $"`{JsonSerializer.Serialize(value, ConfigurationJson.Compact)}`",
    };

    private static string Title(Type definition) => definition == typeof(ExchangeConfiguration)
        ? "The whole file"
        : Capitals().Replace(definition.Name.EndsWith("Definition", StringComparison.Ordinal) ? definition.Name[..^"Definition".Length] : definition.Name, m => $" {m.Value.ToLowerInvariant()}");

    private static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string Table(string[] head, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend([.. head.Select(_ => "---")]).Prepend(head))
        {
            text.Append("| ").AppendJoin(" | ", row.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex("<!-- generated: (?<name>[a-z]+) -->.*?<!-- end -->", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Generated();

    [GeneratedRegex("^an? ", RegexOptions.None, 1_000)]
    private static partial Regex Article();

    [GeneratedRegex("(?<!^)[A-Z]", RegexOptions.None, 1_000)]
    private static partial Regex Capitals();
}
