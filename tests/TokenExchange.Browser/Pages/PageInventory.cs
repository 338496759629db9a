using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Web;

namespace TokenExchange.Browser.Pages;

/// <summary>Every page of the app, found where the app finds them, so that a new one cannot be forgotten.</summary>
internal static class PageInventory
{
    private static readonly Lazy<WebApplication> s_app = new(() => ServerApp.Build(["--environment=Development"]));

    /// <summary>All Razor pages by their path among the views, e.g. <c>/Admin/Agents/Index</c>.</summary>
    public static IReadOnlyList<SitePage> All { get; } =
        [.. Endpoints.Select(e => e.Metadata.GetMetadata<PageActionDescriptor>()).OfType<PageActionDescriptor>().GroupBy(p => p.ViewEnginePath, StringComparer.Ordinal).Select(SitePage.Of).OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>What is looked at: each page, in each of the forms that an example names.</summary>
    public static IReadOnlyList<PageView> Views { get; } = [.. All.SelectMany(p => Examples.Of(p).Select(e => new PageView(p, e)))];

    /// <summary>For theories: the names of <see cref="Views"/>.</summary>
    public static TheoryData<string> ViewNames => [.. Views.Select(v => v.Name)];

    /// <summary>For theories: the names of <see cref="All"/>.</summary>
    public static TheoryData<string> PageNames => [.. All.Select(p => p.Name)];

    /// <summary>Everything else that answers below the administration and the user's page, e.g. to sign out or to download.</summary>
    public static IReadOnlyList<RouteEndpoint> OtherEndpoints { get; } =
    [
        .. Endpoints.Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is null)
            .Where(e => (IsBelow(e, "admin") && !IsBelow(e, "admin/api")) || IsBelow(e, "me")),
    ];

    public static PageView View(string name) => Views.Single(v => v.Name == name);

    public static SitePage Page(string name) => All.Single(p => p.Name == name);

    /// <summary>What a page answers with.</summary>
    public static async Task<IReadOnlyList<PageHandler>> HandlersAsync(SitePage page)
    {
        var compiled = await s_app.Value.Services.GetRequiredService<PageLoader>().LoadAsync(page.Descriptor, new EndpointMetadataCollection());
        var handlers = compiled.HandlerMethods.Select(h => new PageHandler(page, compiled.HandlerTypeInfo, h.HttpMethod.ToUpperInvariant(), h.Name, h.MethodInfo)).ToList();

        // A page that does nothing before it is shown is shown all the same.
        return handlers.Exists(h => h is { HttpMethod: "GET", Name: null }) ? handlers : [new PageHandler(page, compiled.HandlerTypeInfo, "GET", null, null), .. handlers];
    }

    private static IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)s_app.Value).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private static bool IsBelow(RouteEndpoint endpoint, string path) =>
        endpoint.RoutePattern.RawText?.TrimStart('/') is { } text && (text.Equals(path, StringComparison.OrdinalIgnoreCase) || text.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>One Razor page.</summary>
/// <param name="Name">Its path among the views.</param>
/// <param name="Templates">Its routes, the shortest first: an index has two.</param>
/// <param name="Descriptor">What the app knows of it.</param>
internal sealed record SitePage(string Name, IReadOnlyList<string> Templates, PageActionDescriptor Descriptor)
{
    public bool IsAdministration => Name.StartsWith("/Admin/", StringComparison.Ordinal);

    public static SitePage Of(IGrouping<string, PageActionDescriptor> routes) =>
        new(routes.Key, [.. routes.Select(r => "/" + r.AttributeRouteInfo!.Template!.ToLowerInvariant()).OrderBy(t => t.Length)], routes.First());
}

/// <summary>A page with parameters that show something.</summary>
internal sealed record PageView(SitePage Page, PageExample Example)
{
    /// <summary>E.g. <c>/Admin/Agents/Edit credentials</c>.</summary>
    public string Name => Example.Name.Length == 0 ? Page.Name : $"{Page.Name} {Example.Name}";

    /// <summary>For file names: <c>admin-agents-edit-credentials</c>.</summary>
    public string Slug => Name.Trim('/').Replace('/', '-').Replace(' ', '-').ToLowerInvariant();
}

/// <summary>A handler of a page.</summary>
internal sealed record PageHandler(SitePage Page, TypeInfo Model, string HttpMethod, string? Name, MethodInfo? Method)
{
    /// <summary>The right it asks for; null for none.</summary>
    public string? Right => Method?.GetCustomAttribute<NeedsAttribute>()?.Right;

    /// <summary>Whether it is for whoever has come that far.</summary>
    public bool IsOpen => Model.GetCustomAttribute<NeedsNoRightAttribute>() is not null;

    /// <summary>What its page asks for.</summary>
    public IReadOnlyList<string> PageRights => [.. Model.GetCustomAttributes<AuthorizeAttribute>().Select(a => a.Policy!)];

    /// <summary>Everything that somebody must have to get here, in the administration.</summary>
    public IEnumerable<string> Rights => PageRights.Append(Right).OfType<string>();

    public override string ToString() => $"{Page.Name} {HttpMethod} {Name}".TrimEnd();
}
