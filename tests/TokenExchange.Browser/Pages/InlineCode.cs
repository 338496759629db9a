using AngleSharp.Dom;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>Script and style in a page's own text: the content security policy would stop them.</summary>
internal static class InlineCode
{
    /// <summary>Each element that has some.</summary>
    public static IEnumerable<string> Inline(this Reply reply) => reply.Document.Inline();

    /// <summary>The same of a document.</summary>
    public static IEnumerable<string> Inline(this IDocument document) =>
        document.All.Where(HasSome).Select(e => e.OuterHtml.Length > 200 ? e.OuterHtml[..200] : e.OuterHtml);

    private static bool HasSome(IElement element) =>
        element.LocalName is "style"
        || (element.LocalName is "script" && !element.HasAttribute("src"))
        || element.Attributes.Any(a => a.Name is "style" || a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name.StartsWith("hx-on", StringComparison.OrdinalIgnoreCase)
            || a.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
}
