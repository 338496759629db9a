using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace TokenExchange.Server.Web.Parts;

/// <summary><c>&lt;time-at value="@record.At" /&gt;</c>: an instant in UTC; the script shows it in local time on hover.</summary>
[HtmlTargetElement("time-at", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TimeAtTagHelper : TagHelper
{
    /// <summary>The instant; null shows a dash.</summary>
    public DateTimeOffset? Value { get; set; }

    /// <summary>Leaves UTC to the head of the column.</summary>
    public bool Bare { get; set; }

    /// <summary>Shows how long ago, or how long until, from this instant on; null shows the instant itself.</summary>
    public DateTimeOffset? Relative { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Value is not { } value)
        {
            output.TagName = "span";
            output.TagMode = TagMode.StartTagAndEndTag;
            output.Content.SetContent("–");
            return;
        }

        var utc = value.ToUniversalTime();
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", Words(utc));
        output.Content.SetContent(Relative is { } now ? Distance(utc - now) : Bare ? Words(utc)[..^" UTC".Length] : Words(utc));
    }

    /// <summary>An instant in words.</summary>
    public static string Words(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>How far away: <c>in 4 min</c>, <c>2 h ago</c>.</summary>
    public static string Distance(TimeSpan span) => span.TotalSeconds is > -1 and < 1 ? "just now" : span >= TimeSpan.Zero ? $"in {Length(span)}" : $"{Length(-span)} ago";

    /// <summary>A length of time, rounded down to its largest unit; below ten of it with the next one.</summary>
    public static string Length(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => $"{(int)span.TotalDays} days",
        { TotalHours: >= 1 } => span.Minutes == 0 || span.TotalHours >= 10 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min",
        { TotalMinutes: >= 1 } => span.Seconds == 0 || span.TotalMinutes >= 10 ? $"{(int)span.TotalMinutes} min" : $"{(int)span.TotalMinutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalSeconds} s",
    };
}

/// <summary><c>&lt;id-text value="@id" shorten /&gt;</c>: an identifier, with a button to copy it. What cannot be seen in it is shown.</summary>
[HtmlTargetElement("id-text", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IdTextTagHelper : TagHelper
{
    private const int ShortLength = 12;

    /// <summary>The identifier; null or empty shows a dash.</summary>
    public string? Value { get; set; }

    /// <summary>Whether its beginning is enough to tell it from others by eye.</summary>
    public bool Shorten { get; set; }

    /// <summary>Where it leads; null for nowhere.</summary>
    public string? Href { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (string.IsNullOrEmpty(Value))
        {
            output.Content.SetContent("–");
            return;
        }

        var visible = Visible(Value);
        output.Attributes.SetAttribute("class", "id");
        var code = new TagBuilder("code");
        code.InnerHtml.Append(Shorten && visible.Length > ShortLength ? visible[..ShortLength] + "…" : visible);
        if (Shorten)
        {
            code.Attributes["title"] = visible;
        }

        if (string.IsNullOrEmpty(Href))
        {
            output.Content.SetHtmlContent(code);
        }
        else
        {
            var link = new TagBuilder("a");
            link.Attributes["href"] = Href;
            link.InnerHtml.AppendHtml(code);
            output.Content.SetHtmlContent(link);
        }

        var copy = new TagBuilder("button");
        copy.AddCssClass("copy");
        copy.Attributes["type"] = "button";
        copy.Attributes["data-copy"] = Value;
        copy.Attributes["hidden"] = "hidden";
        copy.Attributes["aria-label"] = $"Copy {visible}";
        copy.InnerHtml.Append("Copy");
        output.Content.AppendHtml(copy);
    }

    /// <summary>Text in which characters that cannot be seen, or that turn the order of others around, are written as their numbers.</summary>
    public static string Visible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.EnumerateRunes().Select(r => System.Text.Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            ? $"[U+{r.Value:X4}]" : r.ToString()));
    }
}

/// <summary><c>&lt;scope-tags value="mail.read mail.label" /&gt;</c>: scopes, each by itself.</summary>
[HtmlTargetElement("scope-tags", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ScopeTagsTagHelper : TagHelper
{
    /// <summary>Scopes separated by spaces; null or empty shows a dash.</summary>
    public string? Value { get; set; }

    /// <summary>Those of them that are sensitive.</summary>
    public IEnumerable<string> Sensitive { get; set; } = [];

    /// <summary>How many are shown at most; of more it says how many there are.</summary>
    public int Shown { get; set; } = int.MaxValue;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (string.IsNullOrWhiteSpace(Value))
        {
            output.Content.SetContent("–");
            return;
        }

        output.Attributes.SetAttribute("class", "tags");
        var scopes = Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var scope in scopes.Take(Shown))
        {
            var tag = new TagBuilder("span");
            tag.AddCssClass(Sensitive.Contains(scope, StringComparer.Ordinal) ? "tag sensitive" : "tag");
            tag.InnerHtml.Append(IdTextTagHelper.Visible(scope));
            output.Content.AppendHtml(tag);
        }

        if (scopes.Length > Shown)
        {
            output.Content.Append(string.Create(CultureInfo.InvariantCulture, $"and {scopes.Length - Shown} more"));
        }
    }
}
