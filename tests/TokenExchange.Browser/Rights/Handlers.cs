using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.AspNetCore.WebUtilities;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Rights;

/// <summary>Which handler of which page answers an address.</summary>
internal static class Handlers
{
    private static readonly Lazy<Task<IReadOnlyList<PageHandler>>> s_all = new(ReadAsync);

    /// <summary>All handlers of all pages.</summary>
    public static Task<IReadOnlyList<PageHandler>> AllAsync() => s_all.Value;

    /// <summary>Those that are reached by something else than looking.</summary>
    public static async Task<IReadOnlyList<PageHandler>> ThatChangeAsync() => [.. (await AllAsync()).Where(h => h.HttpMethod is not "GET")];

    /// <summary>The page that answers an address.</summary>
    public static SitePage? PageAt(string address) =>
        PageInventory.All.FirstOrDefault(p => p.Templates.Any(t => new TemplateMatcher(TemplateParser.Parse(t.TrimStart('/')), []).TryMatch(new PathString(PathOf(address).TrimEnd('/')), [])));

    /// <summary>The handler that answers an address.</summary>
    public static async Task<PageHandler?> ByAddressAsync(string method, string address)
    {
        var name = address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (string?)QueryHelpers.ParseQuery(address[at..]).GetValueOrDefault("handler") : null;
        return PageAt(address) is not { } page ? null
            : (await AllAsync()).FirstOrDefault(h => h.Page.Name == page.Name && h.HttpMethod.Equals(method, StringComparison.OrdinalIgnoreCase) && string.Equals(h.Name ?? string.Empty, name ?? string.Empty, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>An address at which the handler answers, for a site that has what it needs.</summary>
    public static string AddressOf(PageHandler handler, Site site)
    {
        var path = Examples.Of(handler.Page) is [var example, ..] ? example.Path(site) : handler.Page.Templates[0];
        return handler.Name is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}handler={handler.Name}";
    }

    private static string PathOf(string address) => Uri.UnescapeDataString(address.Split('?')[0]);

    private static async Task<IReadOnlyList<PageHandler>> ReadAsync()
    {
        var all = new List<PageHandler>();
        foreach (var page in PageInventory.All)
        {
            all.AddRange(await PageInventory.HandlersAsync(page));
        }

        return all;
    }
}
