using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Web.Parts;

/// <summary>Who acts for whom and where, as it is drawn: the user, each agent in the order in which they were handed the right, the resource.</summary>
/// <param name="Nodes">From left to right.</param>
public sealed record ChainGraph(IReadOnlyList<ChainGraph.Node> Nodes)
{
    private const int MostShown = 22;

    /// <summary>One party.</summary>
    /// <param name="Role">What it is in the chain.</param>
    /// <param name="Name">What it is called.</param>
    public sealed record Node(string Role, string Name)
    {
        /// <summary>As much of the name as there is room for.</summary>
        public string Brief => IdTextTagHelper.Visible(Name) is var visible && visible.Length > MostShown ? visible[..(MostShown - 1)] + "…" : visible;
    }

    /// <summary>The chain of a token.</summary>
    public static ChainGraph Of(string? subject, ActChain? chain, string? resource)
    {
        var agents = chain is null ? [] : chain.Actors.Reverse().ToArray();
        return new ChainGraph(
        [
            .. subject is null ? [] : (Node[])[new Node("user", subject)],
            .. agents.Select((a, i) => new Node(i == agents.Length - 1 ? "acts" : "handed on", a.ClientId is null ? a.Subject : $"{a.ClientId} ({a.Subject})")),
            .. resource is null ? [] : (Node[])[new Node("resource", resource)],
        ]);
    }

    /// <summary>The same from the JSON of an <c>act</c> claim; without agents when it cannot be read.</summary>
    public static ChainGraph Of(string? subject, string? chain, string? resource)
    {
        if (chain is null)
        {
            return Of(subject, (ActChain?)null, resource);
        }

        using var json = JsonDocument.Parse(chain);
        return Of(subject, ActChain.TryRead(json.RootElement, out var read) ? read : null, resource);
    }

    /// <summary>In words, for who cannot see it.</summary>
    public override string ToString() => string.Join(", then ", Nodes.Select(n => $"{n.Role} {IdTextTagHelper.Visible(n.Name)}"));
}

/// <summary><c>&lt;chain-graph value="@graph" /&gt;</c>: a chain, drawn. Its words are there as well.</summary>
[HtmlTargetElement("chain-graph", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ChainGraphTagHelper : TagHelper
{
    private const int Width = 170;
    private const int Step = 220;
    private const int Height = 66;

    /// <summary>The chain; one with fewer than two parties is not drawn.</summary>
    public ChainGraph Value { get; set; } = new([]);

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Value.Nodes.Count < 2)
        {
            output.SuppressOutput();
            return;
        }

        var width = ((Value.Nodes.Count - 1) * Step) + Width + 4;
        output.TagName = "figure";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "chart");
        var svg = Element("svg", ("class", "graph"), ("viewBox", $"0 0 {width} {Height}"), ("width", $"{width}"), ("height", $"{Height}"), ("role", "img"), ("aria-label", Value.ToString()));
        for (var i = 0; i < Value.Nodes.Count; i++)
        {
            var (node, left) = (Value.Nodes[i], 2 + (i * Step));
            svg.InnerHtml.AppendHtml(Element("rect", ("class", "node"), ("x", $"{left}"), ("y", "2"), ("width", $"{Width}"), ("height", "60"), ("rx", "8")));
            svg.InnerHtml.AppendHtml(Words(node.Role, "caption", left + 12, 24));
            svg.InnerHtml.AppendHtml(Words(node.Brief, "name", left + 12, 45, IdTextTagHelper.Visible(node.Name)));
            if (i > 0)
            {
                svg.InnerHtml.AppendHtml(Element("path", ("class", "edge"), ("d", $"M{left - Step + Width + 6} 32H{left - 8}m-7 -5l7 5l-7 5")));
            }
        }

        output.Content.AppendHtml(svg);
        var caption = Element("figcaption", ("class", "graph-words"));
        caption.InnerHtml.Append(Value.ToString());
        output.Content.AppendHtml(caption);
    }

    private static TagBuilder Words(string words, string css, int x, int y, string? whole = null)
    {
        var text = Element("text", ("class", css), ("x", $"{x}"), ("y", $"{y}"));
        text.InnerHtml.Append(words);
        if (whole is not null)
        {
            var title = Element("title");
            title.InnerHtml.Append(whole);
            text.InnerHtml.AppendHtml(title);
        }

        return text;
    }

    private static TagBuilder Element(string name, params (string Name, string Value)[] attributes)
    {
        var element = new TagBuilder(name);
        foreach (var (attribute, value) in attributes)
        {
            element.Attributes[attribute] = value;
        }

        return element;
    }
}
