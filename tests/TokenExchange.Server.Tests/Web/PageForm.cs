using System.Net;
using System.Text.RegularExpressions;

namespace TokenExchange.Server.Tests.Web;

/// <summary>A form as a browser without script would send it: the fields with what stands in them, to be filled in.</summary>
internal sealed partial class PageForm
{
    private PageForm(List<(string Name, string Value)> fields, string? action) => (Fields, Action) = (fields, action);

    /// <summary>What is sent, in the order of the page.</summary>
    public List<(string Name, string Value)> Fields { get; }

    /// <summary>Where to; null for the address of the page.</summary>
    public string? Action { get; }

    /// <summary>The form of a page that holds a text.</summary>
    public static PageForm In(string html, string holding = "")
    {
        var form = Forms().Matches(html).FirstOrDefault(f => f.Value.Contains("method=\"post\"", StringComparison.Ordinal) && f.Value.Contains(holding, StringComparison.Ordinal) && !f.Value.Contains("/admin/sign-out", StringComparison.Ordinal));
        form.ShouldNotBeNull($"there is no form with '{holding}'");
        var fields = new List<(string, string)>();
        var (select, chosen, first) = ((string?)null, (string?)null, (string?)null);
        foreach (Match tag in Controls().Matches(form.Value))
        {
            var (name, value) = (Attribute(tag.Value, "name"), Attribute(tag.Value, "value") ?? string.Empty);
            switch (tag.Groups["tag"].Value)
            {
                case "input" when name is not null && (Attribute(tag.Value, "type") is not ("checkbox" or "radio") || tag.Value.Contains(" checked", StringComparison.Ordinal)):
                    fields.Add((name, value));
                    break;
                case "textarea":
                    // The first line break is the page's.
                    fields.Add((name!, WebUtility.HtmlDecode(tag.Groups["text"].Value) is ['\n', .. var text] ? text : WebUtility.HtmlDecode(tag.Groups["text"].Value)));
                    break;
                case "select":
                    (select, chosen, first) = (name, null, null);
                    break;
                case "option" when select is not null:
                    (first, chosen) = (first ?? value, tag.Value.Contains(" selected", StringComparison.Ordinal) ? value : chosen);
                    break;
                case "/select":
                    fields.Add((select!, chosen ?? first ?? string.Empty));
                    select = null;
                    break;
                default:
                    break;
            }
        }

        return new PageForm(fields, Attribute(form.Value[..form.Value.IndexOf('>', StringComparison.Ordinal)], "action"));
    }

    /// <summary>What stands in a field.</summary>
    public string? this[string name] => Fields.FirstOrDefault(f => f.Name == name).Value;

    /// <summary>All that stands in fields of one name.</summary>
    public IEnumerable<string> All(string name) => Fields.Where(f => f.Name == name).Select(f => f.Value);

    /// <summary>Types something into a field, or ticks what is sent by that name.</summary>
    public PageForm With(string name, params string[] values)
    {
        var place = Fields.FindIndex(f => f.Name == name);
        Fields.RemoveAll(f => f.Name == name);
        Fields.InsertRange(place < 0 ? Fields.Count : place, values.Select(v => (name, v)));
        return this;
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $@"\s{name}=""([^""]*)""", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Forms();

    [GeneratedRegex("<(?<tag>input|select|option|/select)(\\s[^>]*)?>|<(?<tag>textarea)[^>]*>(?<text>[^<]*)", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Controls();
}
