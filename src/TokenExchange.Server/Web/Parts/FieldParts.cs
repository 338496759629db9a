using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary>A field of a form: label, what is meant, the control, and what is wrong with it, tied together for who cannot see them.</summary>
public abstract class FieldTagHelper(IHtmlGenerator html) : TagHelper
{
    /// <summary>The member it edits.</summary>
    public ModelExpression For { get; set; } = null!;

    /// <summary>What it is called.</summary>
    public string Label { get; set; } = string.Empty;

    /// <summary>What it means: unit, range, default; null for none.</summary>
    public string? Hint { get; set; }

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>Makes controls.</summary>
    protected IHtmlGenerator Html { get; } = html;

    /// <summary>Name of the field in the form.</summary>
    protected string Name => ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);

    /// <summary>Id of the control.</summary>
    protected string Id => TagBuilder.CreateSanitizedId(Name, "_");

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var inner = await output.GetChildContentAsync();
        var errors = ViewContext.ModelState.TryGetValue(Name, out var entry) ? entry.Errors.Select(e => e.ErrorMessage).ToArray() : [];
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", CssClass);
        var attributes = output.Attributes.Where(a => a.Name != "class").ToList();
        attributes.ForEach(a => output.Attributes.Remove(a));
        var passed = attributes.ToDictionary(a => a.Name, a => a.Value is HtmlString text ? text.Value : a.Value, StringComparer.Ordinal);
        if (Hint is not null || errors.Length > 0)
        {
            passed["aria-describedby"] = $"{(Hint is null ? string.Empty : $"{Id}-hint ")}{(errors.Length == 0 ? string.Empty : $"{Id}-error")}".Trim();
        }

        if (errors.Length > 0)
        {
            passed["aria-invalid"] = "true";
        }

        Write(output.Content, Control(passed, inner), Text("label", Label, null, ("for", Id)), Hint is null ? null : Text("p", Hint, "hint", ("id", $"{Id}-hint")));
        if (errors.Length > 0)
        {
            output.Content.AppendHtml(Text("p", string.Join(' ', errors.Select(Sentence)), "error", ("id", $"{Id}-error")));
        }
    }

    /// <summary>What the whole field is, for the style sheet.</summary>
    protected virtual string CssClass => "field";

    /// <summary>The control itself.</summary>
    protected abstract IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner);

    /// <summary>Puts the pieces in their order.</summary>
    protected virtual void Write(TagHelperContent content, IHtmlContent control, IHtmlContent label, IHtmlContent? hint)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.AppendHtml(label);
        if (hint is not null)
        {
            content.AppendHtml(hint);
        }

        content.AppendHtml(control);
    }

    /// <summary>What was typed, where that was wrong; otherwise what there is.</summary>
    protected string? Current => ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.AttemptedValue is not null ? entry.AttemptedValue : For.Model?.ToString();

    /// <summary>An element with text.</summary>
    protected static TagBuilder Text(string element, string text, string? css, params (string Name, string Value)[] attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var tag = new TagBuilder(element);
        foreach (var (name, value) in attributes)
        {
            tag.Attributes[name] = value;
        }

        if (css is not null)
        {
            tag.AddCssClass(css);
        }

        tag.InnerHtml.Append(text);
        return tag;
    }

    // The validators say what to write instead, without a capital and a full stop.
    internal static string Sentence(string message) => message.Length == 0 ? message : char.ToUpperInvariant(message[0]) + message[1..] + (message[^1] is '.' or '?' ? string.Empty : ".");
}

/// <summary><c>&lt;text-field for="Input.Name" label="Name" hint="…" /&gt;</c>; further attributes go to the control.</summary>
[HtmlTargetElement("text-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TextFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <summary><c>text</c>, <c>password</c>, <c>number</c>, <c>search</c>, <c>url</c> …</summary>
    public string Type { get; set; } = "text";

    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        input.MergeAttributes(attributes.ToDictionary(a => a.Key, a => a.Value?.ToString(), StringComparer.Ordinal));
        input.Attributes["type"] = Type;
        input.Attributes["id"] = Id;
        input.Attributes["name"] = Name;
        input.AddCssClass("form-control");
        if (Type != "password")
        {
            input.Attributes["value"] = Current ?? string.Empty;
        }

        return input;
    }
}

/// <summary><c>&lt;area-field for="Input.Scopes" label="Scopes" hint="One a line." rows="4" /&gt;</c>.</summary>
[HtmlTargetElement("area-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class AreaFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var area = new TagBuilder("textarea");
        area.MergeAttributes(attributes.ToDictionary(a => a.Key, a => a.Value?.ToString(), StringComparer.Ordinal));
        area.Attributes.TryAdd("rows", "4");
        area.Attributes["id"] = Id;
        area.Attributes["name"] = Name;
        area.AddCssClass("form-control");

        // A browser leaves out the first line break.
        area.InnerHtml.Append("\n" + Current);
        return area;
    }
}

/// <summary><c>&lt;select-field for="Input.Kind" label="Kind" items="Model.Kinds" /&gt;</c>.</summary>
[HtmlTargetElement("select-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SelectFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <summary>What can be chosen.</summary>
    public IEnumerable<SelectListItem> Items { get; set; } = [];

    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        attributes["class"] = "form-select";
        attributes["id"] = Id;
        return Html.GenerateSelect(ViewContext, For.ModelExplorer, optionLabel: null, For.Name, Items, allowMultiple: For.ModelExplorer.ModelType != typeof(string) && For.Metadata.IsEnumerableType, attributes);
    }
}

/// <summary><c>&lt;check-field for="Input.Enabled" label="Enabled" hint="…" /&gt;</c>.</summary>
[HtmlTargetElement("check-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class CheckFieldTagHelper(IHtmlGenerator html) : FieldTagHelper(html)
{
    /// <inheritdoc />
    protected override string CssClass => "field check";

    /// <inheritdoc />
    protected override IHtmlContent Control(IDictionary<string, object?> attributes, TagHelperContent inner)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        attributes["id"] = Id;
        return new HtmlContentBuilder()
            .AppendHtml(Html.GenerateCheckBox(ViewContext, For.ModelExplorer, For.Name, For.Model as bool?, attributes))
            .AppendHtml(Html.GenerateHiddenForCheckbox(ViewContext, For.ModelExplorer, For.Name));
    }

    /// <inheritdoc />
    protected override void Write(TagHelperContent content, IHtmlContent control, IHtmlContent label, IHtmlContent? hint)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.AppendHtml(control);
        var words = new TagBuilder("div");
        words.InnerHtml.AppendHtml(label);
        if (hint is not null)
        {
            words.InnerHtml.AppendHtml(hint);
        }

        content.AppendHtml(words);
    }
}

/// <summary><c>&lt;problem-summary /&gt;</c>: all that is wrong, on top of a form, each with the way to its field.</summary>
[HtmlTargetElement("problem-summary", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ProblemSummaryTagHelper : TagHelper
{
    /// <summary>What became of what was sent; null says what is usual.</summary>
    public string? Heading { get; set; }

    /// <summary>What a field is called, by its name in the form; null for the name itself.</summary>
    public Func<string, string>? Names { get; set; }

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (ViewContext.ModelState.IsValid)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "note bad");
        output.Attributes.SetAttribute("role", "alert");
        var heading = new TagBuilder("h2");
        heading.InnerHtml.Append(
            !string.IsNullOrEmpty(Heading) ? Heading : HttpMethods.IsGet(ViewContext.HttpContext.Request.Method) ? "Please mend:" : "Nothing was saved. Please mend:");
        var list = new TagBuilder("ul");
        foreach (var (name, entry) in ViewContext.ModelState)
        {
            foreach (var error in entry.Errors)
            {
                var item = new TagBuilder("li");
                if (name.Length == 0)
                {
                    item.InnerHtml.Append(error.ErrorMessage);
                }
                else
                {
                    var link = new TagBuilder("a");
                    link.Attributes["href"] = $"#{TagBuilder.CreateSanitizedId(name, "_")}";
                    link.InnerHtml.Append($"{Names?.Invoke(name) ?? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]}: {error.ErrorMessage}");
                    item.InnerHtml.AppendHtml(link);
                }

                list.InnerHtml.AppendHtml(item);
            }
        }

        output.Content.AppendHtml(heading).AppendHtml(list);
    }
}
