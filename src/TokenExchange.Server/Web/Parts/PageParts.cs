using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary><c>&lt;page-header title="Agents" lead="…" back="/admin/agents" back-name="Agents"&gt;actions&lt;/page-header&gt;</c>: the top of a page; also its title.</summary>
[HtmlTargetElement("page-header")]
public sealed class PageHeaderTagHelper : TagHelper
{
    /// <summary>The heading, and the title in the browser.</summary>
    public string Title { get; set; } = string.Empty;

    /// <summary>A sentence on what the page is for; null for none.</summary>
    public string? Lead { get; set; }

    /// <summary>The page above this one; null for none.</summary>
    public string? Back { get; set; }

    /// <summary>What that page is called.</summary>
    public string? BackName { get; set; }

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ViewContext.ViewData["Title"] = Title;
        var actions = await output.GetChildContentAsync();
        output.TagName = "header";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "page-head");
        var left = new TagBuilder("div");
        if (!string.IsNullOrEmpty(Back))
        {
            var crumbs = new TagBuilder("p");
            crumbs.AddCssClass("crumbs");
            var link = new TagBuilder("a");
            link.Attributes["href"] = Back;
            link.InnerHtml.Append($"← {BackName}");
            crumbs.InnerHtml.AppendHtml(link);
            left.InnerHtml.AppendHtml(crumbs);
        }

        left.InnerHtml.AppendHtml(Element("h1", Title));
        if (!string.IsNullOrEmpty(Lead))
        {
            left.InnerHtml.AppendHtml(Element("p", Lead));
        }

        output.Content.SetHtmlContent(left);
        if (!actions.IsEmptyOrWhiteSpace)
        {
            var right = new TagBuilder("div");
            right.AddCssClass("actions");
            right.InnerHtml.AppendHtml(actions);
            output.Content.AppendHtml(right);
        }
    }

    private static TagBuilder Element(string name, string text)
    {
        var element = new TagBuilder(name);
        element.InnerHtml.Append(text);
        return element;
    }
}

/// <summary><c>&lt;filter-bar label="Filter delegations"&gt;fields&lt;/filter-bar&gt;</c>: a form whose fields go into the address, so that what is filtered can be kept and sent on.</summary>
[HtmlTargetElement("filter-bar")]
public sealed class FilterBarTagHelper : TagHelper
{
    /// <summary>What it filters, for who cannot see it.</summary>
    public string Label { get; set; } = "Filter";

    /// <summary>The page.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var fields = await output.GetChildContentAsync();
        output.TagName = "form";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "filter-bar");
        output.Attributes.SetAttribute("method", "get");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Content.SetHtmlContent(fields);
        var buttons = new TagBuilder("div");
        buttons.AddCssClass("buttons");
        var apply = new TagBuilder("button");
        apply.AddCssClass("btn btn-primary");
        apply.Attributes["type"] = "submit";
        apply.InnerHtml.Append("Filter");
        buttons.InnerHtml.AppendHtml(apply);
        if (ViewContext.HttpContext.Request.QueryString.HasValue)
        {
            var clear = new TagBuilder("a");
            clear.AddCssClass("btn btn-quiet");
            clear.Attributes["href"] = ViewContext.HttpContext.Request.Path;
            clear.InnerHtml.Append("Clear");
            buttons.InnerHtml.AppendHtml(clear);
        }

        output.Content.AppendHtml(buttons);
    }
}

/// <summary><c>&lt;data-table label="Agents"&gt;thead, tbody&lt;/data-table&gt;</c>: a table that scrolls sideways in its own frame, also by keyboard.</summary>
[HtmlTargetElement("data-table")]
public sealed class DataTableTagHelper : TagHelper
{
    /// <summary>What it lists: its caption, for who cannot see the page.</summary>
    public string Label { get; set; } = string.Empty;

    /// <summary>Its id, e.g. for a chart that is drawn from it; null for none.</summary>
    public string? Id { get; set; }

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var rows = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "table-wrap");
        output.Attributes.SetAttribute("role", "region");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Attributes.SetAttribute("tabindex", "0");
        var table = new TagBuilder("table");
        table.AddCssClass("table");
        if (Id is not null)
        {
            table.Attributes["id"] = Id;
        }

        var caption = new TagBuilder("caption");
        caption.AddCssClass("visually-hidden");
        caption.InnerHtml.Append(Label);
        table.InnerHtml.AppendHtml(caption).AppendHtml(rows);
        output.Content.SetHtmlContent(table);
    }
}

/// <summary><c>&lt;empty-state title="No agents yet"&gt;what to do next&lt;/empty-state&gt;</c>: says why there is nothing, and what to do about it.</summary>
[HtmlTargetElement("empty-state")]
public sealed class EmptyStateTagHelper : TagHelper
{
    /// <summary>What there is none of.</summary>
    public string Title { get; set; } = string.Empty;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var next = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "empty");
        var heading = new TagBuilder("h2");
        heading.InnerHtml.Append(Title);
        output.Content.SetHtmlContent(heading);
        output.Content.AppendHtml(next);
    }
}

/// <summary><c>&lt;status-pill kind="good"&gt;active&lt;/status-pill&gt;</c>: a state in a word; the colour only repeats it.</summary>
[HtmlTargetElement("status-pill")]
public sealed class StatusPillTagHelper : TagHelper
{
    /// <summary><c>good</c>, <c>warn</c>, <c>bad</c> or <c>idle</c>.</summary>
    public string Kind { get; set; } = "idle";

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.Attributes.SetAttribute("class", $"pill {Kind}");
    }
}

/// <summary><c>&lt;page-turner older="…" newer="…" /&gt;</c>: the pages before and after this one, as addresses; null where there is none.</summary>
[HtmlTargetElement("page-turner", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PageTurnerTagHelper : TagHelper
{
    /// <summary>What is older, or comes later in the order; null when this is the end.</summary>
    public string? Older { get; set; }

    /// <summary>What is newer; null when this is the beginning.</summary>
    public string? Newer { get; set; }

    /// <summary>What the link to <see cref="Older"/> is called.</summary>
    public string OlderName { get; set; } = "Older";

    /// <summary>What the link to <see cref="Newer"/> is called.</summary>
    public string NewerName { get; set; } = "Newer";

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (string.IsNullOrEmpty(Older) && string.IsNullOrEmpty(Newer))
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", "Pages");
        Add(output, Newer, $"← {NewerName}", "prev");
        Add(output, Older, $"{OlderName} →", "next");
    }

    private static void Add(TagHelperOutput output, string? href, string words, string rel)
    {
        // What a page writes as null arrives as nothing.
        if (string.IsNullOrEmpty(href))
        {
            return;
        }

        var link = new TagBuilder("a");
        link.AddCssClass("btn btn-quiet btn-sm");
        link.Attributes["href"] = href;
        link.Attributes["rel"] = rel;
        link.InnerHtml.Append(words);
        output.Content.AppendHtml(link);
    }
}
