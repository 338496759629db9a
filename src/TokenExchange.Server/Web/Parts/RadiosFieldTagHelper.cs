using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary><c>&lt;radios-field for="Input.Kind" label="Kind" options="Model.Kinds" /&gt;</c>: one of a few things, each explained.</summary>
[HtmlTargetElement("radios-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class RadiosFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<CheckOption> Options { get; set; } = [];

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        await base.ProcessAsync(context, output);
        output.TagName = "fieldset";
        output.Attributes.SetAttribute("id", Id);
        output.Attributes.SetAttribute("tabindex", "-1");
    }

    /// <inheritdoc />
    protected override string CssClass => "field checks radios";

    /// <inheritdoc />
    protected override void Write(TagHelperContent content, IHtmlContent control, IHtmlContent label, IHtmlContent? hint)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.AppendHtml(Text("legend", Label, null));
        if (hint is not null)
        {
            content.AppendHtml(hint);
        }

        content.AppendHtml(control);
    }

    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var list = new TagBuilder("div");
        list.AddCssClass("options");
        foreach (var (place, option) in Options.Index())
        {
            list.InnerHtml.AppendHtml(Option(option, $"{Id}_{place}", attributes));
        }

        return list;
    }

    private TagBuilder Option(CheckOption option, string id, IDictionary<string, object?> attributes)
    {
        var button = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        button.Attributes["type"] = "radio";
        button.Attributes["name"] = Name;
        button.Attributes["value"] = option.Value;
        button.Attributes["id"] = id;
        button.AddCssClass("form-check-input");
        if (string.Equals(Current, option.Value, StringComparison.Ordinal))
        {
            button.Attributes["checked"] = "checked";
        }

        if (attributes.TryGetValue("aria-describedby", out var described) && described is string ids)
        {
            button.Attributes["aria-describedby"] = ids;
        }

        var words = Text("label", option.Name, null, ("for", id));
        if (option.Hint is not null)
        {
            words.InnerHtml.AppendHtml(Text("span", option.Hint, "hint"));
        }

        var line = new TagBuilder("div");
        line.AddCssClass("option");
        line.InnerHtml.AppendHtml(button).AppendHtml(words);
        return line;
    }
}
