using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary><c>&lt;duration-field for="Input.MaxLifetime" label="…" hint="…" /&gt;</c>: a number and its unit, for a <see cref="DurationInput"/>.</summary>
[HtmlTargetElement("duration-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class DurationFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var duration = For.Model as DurationInput ?? new DurationInput();
        var number = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        number.MergeAttributes(attributes.ToDictionary(a => a.Key, a => a.Value?.ToString(), StringComparer.Ordinal));
        number.Attributes["type"] = "text";
        number.Attributes["inputmode"] = "decimal";
        number.Attributes["maxlength"] = "20";
        number.Attributes["autocomplete"] = "off";
        number.Attributes["id"] = Id;
        number.Attributes["name"] = $"{Name}.Value";
        number.Attributes["value"] = duration.Value ?? string.Empty;
        number.AddCssClass("form-control");
        var unit = new TagBuilder("select");
        unit.AddCssClass("form-select");
        unit.Attributes["name"] = $"{Name}.Unit";
        unit.Attributes["aria-label"] = $"{Label}: unit";
        foreach (var (value, name) in DurationInput.Units)
        {
            var option = new TagBuilder("option");
            option.Attributes["value"] = value;
            if (value == (duration.Unit ?? "min"))
            {
                option.Attributes["selected"] = "selected";
            }

            option.InnerHtml.Append(name);
            unit.InnerHtml.AppendHtml(option);
        }

        var both = new TagBuilder("div");
        both.AddCssClass("duration");
        both.InnerHtml.AppendHtml(number).AppendHtml(unit);
        return both;
    }
}

/// <summary>One thing that can be chosen.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Hint">What it means; null for nothing.</param>
/// <param name="Mark">A word that stands out beside its name, e.g. <c>sensitive</c>; null for none.</param>
public sealed record CheckOption(string Value, string Name, string? Hint = null, string? Mark = null);

/// <summary>A field of things to choose from, each explained.</summary>
/// <param name="html">Makes controls.</param>
/// <param name="type">Of the control of each: <c>checkbox</c> or <c>radio</c>.</param>
public abstract class OptionsFieldTagHelper(IHtmlGenerator html, string type) : FieldTagHelper(html)
{
    /// <summary>What can be chosen; nothing else is sent.</summary>
    public IReadOnlyList<CheckOption> Options { get; set; } = [];

    /// <summary>What is chosen.</summary>
    protected abstract IReadOnlyCollection<string?> Chosen { get; }

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
        var chosen = Chosen.ToHashSet(StringComparer.Ordinal);
        var list = new TagBuilder("div");
        list.AddCssClass("options");
        foreach (var (place, option) in Options.Index())
        {
            list.InnerHtml.AppendHtml(Option(option, $"{Id}_{place}", chosen.Contains(option.Value), attributes));
        }

        return list;
    }

    private TagBuilder Option(CheckOption option, string id, bool chosen, IDictionary<string, object?> attributes)
    {
        var box = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        box.Attributes["type"] = type;
        box.Attributes["name"] = Name;
        box.Attributes["value"] = option.Value;
        box.Attributes["id"] = id;
        box.AddCssClass("form-check-input");
        if (chosen)
        {
            box.Attributes["checked"] = "checked";
        }

        if (attributes.TryGetValue("aria-describedby", out var described) && described is string ids)
        {
            box.Attributes["aria-describedby"] = ids;
        }

        var words = Text("label", IdTextTagHelper.Visible(option.Name), null, ("for", id));
        if (option.Mark is not null)
        {
            words.InnerHtml.Append(" ").AppendHtml(Text("span", option.Mark, "tag sensitive"));
        }

        if (option.Hint is not null)
        {
            words.InnerHtml.AppendHtml(Text("span", IdTextTagHelper.Visible(option.Hint), "hint"));
        }

        var line = new TagBuilder("div");
        line.AddCssClass("option");
        line.InnerHtml.AppendHtml(box).AppendHtml(words);
        return line;
    }
}

/// <summary><c>&lt;checks-field for="Input.Scopes" label="Scopes" hint="…" options="Model.Scopes" /&gt;</c>: any number of things to tick, for a list of texts.</summary>
[HtmlTargetElement("checks-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ChecksFieldTagHelper(IHtmlGenerator html) : OptionsFieldTagHelper(html, "checkbox")
{
    /// <summary>What stands there when nothing can be ticked.</summary>
    public string Empty { get; set; } = "There is nothing to choose from.";

    /// <inheritdoc />
    protected override string CssClass => "field checks";

    /// <inheritdoc />
    protected override IReadOnlyCollection<string?> Chosen => [.. For.Model as IEnumerable<string?> ?? []];

    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner) =>
        Options.Count == 0 ? Text("p", Empty, "quiet small") : base.Control(attributes, inner);
}

/// <summary><c>&lt;radios-field for="Input.Kind" label="Kind" options="Model.Kinds" /&gt;</c>: one of a few things.</summary>
[HtmlTargetElement("radios-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class RadiosFieldTagHelper(IHtmlGenerator html) : OptionsFieldTagHelper(html, "radio")
{
    /// <inheritdoc />
    protected override string CssClass => "field checks radios";

    /// <inheritdoc />
    protected override IReadOnlyCollection<string?> Chosen => [Current];
}
