using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary>
/// <c>&lt;row-button do="add:subjects"&gt;Add users&lt;/row-button&gt;</c>: sends the form it stands in so that it comes back with a row more or less. With a script
/// only the form is exchanged, the element with the id <c>editor</c>.
/// </summary>
[HtmlTargetElement("row-button")]
public sealed class RowButtonTagHelper : TagHelper
{
    /// <summary>What the page is told to do.</summary>
    public string Do { get; set; } = string.Empty;

    /// <summary>The button that comes into focus; null for none.</summary>
    public string? Focus { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "button";
        output.Attributes.SetAttribute("type", "submit");
        output.Attributes.SetAttribute("name", "do");
        output.Attributes.SetAttribute("value", Do);
        if (!output.Attributes.ContainsName("class"))
        {
            output.Attributes.SetAttribute("class", "btn btn-quiet btn-sm");
        }

        output.Attributes.SetAttribute("formnovalidate", "formnovalidate");
        output.Attributes.SetAttribute("hx-post", string.Empty);
        output.Attributes.SetAttribute("hx-target", "#editor");
        output.Attributes.SetAttribute("hx-select", "#editor");
        output.Attributes.SetAttribute("hx-swap", "outerHTML");
        if (string.Equals(Focus, Do, StringComparison.Ordinal))
        {
            output.Attributes.SetAttribute("autofocus", "autofocus");
        }
    }
}

/// <summary><c>&lt;field-problem for="Input.Subjects" /&gt;</c>: what is wrong with several fields together.</summary>
[HtmlTargetElement("field-problem", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldProblemTagHelper : TagHelper
{
    /// <summary>The member.</summary>
    public ModelExpression For { get; set; } = null!;

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("id", TagBuilder.CreateSanitizedId(name, "_"));
        foreach (var error in ViewContext.ModelState.TryGetValue(name, out var entry) ? entry.Errors : [])
        {
            output.Content.AppendHtml("<p class=\"field-error\">").Append(FieldTagHelper.Sentence(error.ErrorMessage)).AppendHtml("</p>");
        }
    }
}
