using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace TokenExchange.Browser.Running;

/// <summary>A field as a browser would send it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it holds.</param>
/// <param name="IsText">Whether people can write anything into it.</param>
internal sealed record FormField(string Name, string Value, bool IsText);

/// <summary>What a browser would send of a form.</summary>
internal static class Form
{
    private static readonly string[] s_chosen = ["hidden", "submit", "button", "checkbox", "radio", "image", "reset", "file"];

    public static IEnumerable<FormField> FieldsOf(IElement form)
    {
        foreach (var element in ((IHtmlFormElement)form).Elements.Where(e => e.GetAttribute("name") is { Length: > 0 } && !e.HasAttribute("disabled")))
        {
            var name = element.GetAttribute("name")!;
            switch (element)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio" } input when input.IsChecked:
                    yield return new FormField(name, input.Value, IsText: false);
                    break;
                case IHtmlInputElement { Type: "checkbox" or "radio" or "submit" or "button" or "image" or "reset" or "file" }:
                    break;
                case IHtmlInputElement input:
                    yield return new FormField(name, input.Value, !s_chosen.Contains(input.Type, StringComparer.Ordinal));
                    break;
                case IHtmlTextAreaElement area:
                    yield return new FormField(name, area.Value, IsText: true);
                    break;
                case IHtmlSelectElement select:
                    foreach (var option in select.Options.Where(o => o.IsSelected))
                    {
                        yield return new FormField(name, option.Value, IsText: false);
                    }

                    break;
            }
        }
    }

    /// <summary>Where each way to send a form leads that changes something.</summary>
    public static IEnumerable<string> ChangesOf(IDocument document, string path) => document.QuerySelectorAll("form")
        .Where(f => string.Equals(f.GetAttribute("method"), "post", StringComparison.OrdinalIgnoreCase))
        .SelectMany(f => ((IHtmlFormElement)f).Elements.Select(e => e.GetAttribute("formaction")).OfType<string>().Append(f.GetAttribute("action") is { Length: > 0 } action ? action : path))
        .Concat(document.QuerySelectorAll("[hx-post], [hx-put], [hx-delete], [hx-patch]").SelectMany(e => new[] { "hx-post", "hx-put", "hx-delete", "hx-patch" }.Select(e.GetAttribute).OfType<string>()))
        .Distinct(StringComparer.Ordinal);
}
