using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>The summaries of a compiler's documentation file as Markdown: one source for what a developer and an administrator read about a member.</summary>
internal sealed partial class Summaries(XDocument documentation)
{
    private readonly Dictionary<string, XElement> _members = documentation.Descendants("member").ToDictionary(m => (string)m.Attribute("name")!, StringComparer.Ordinal);

    /// <summary>What a type is.</summary>
    public string Of(Type type) => Text($"T:{type.FullName}");

    /// <summary>What a member means.</summary>
    public string Of(PropertyInfo property) => Text($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Text(string id) => _members.GetValueOrDefault(id)?.Element("summary") is { } summary
        ? Spaces().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim()
        : throw new InvalidOperationException($"{id} has no summary.");

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{JsonNamingPolicy.CamelCase.ConvertName(((string)see.Attribute("cref")!).Split('.')[^1])}`",
        XElement element => $"`{element.Value}`",
        XText text => text.Value,
        _ => string.Empty,
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, 1_000)]
    private static partial Regex Spaces();
}
