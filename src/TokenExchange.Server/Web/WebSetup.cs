using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.FileProviders;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web;

/// <summary>The pages: what they need, and what stands before them.</summary>
internal static class WebSetup
{
    /// <summary>So many fields the largest form has. The rows of a list are fields too, so none is longer than this.</summary>
    public const int MostFields = 5_000;

    public static void AddPages(this WebApplicationBuilder builder)
    {
        // Inside the assembly, so that the pages look the same in every host and from every folder.
        builder.Environment.WebRootFileProvider = new ManifestEmbeddedFileProvider(typeof(WebSetup).Assembly, "wwwroot");
        var secure = builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        builder.Services.AddAntiforgery(options =>
        {
            options.FormFieldName = "_csrf";
            options.HeaderName = "X-CSRF";
            Harden(options.Cookie, "exchange-csrf", secure);
        });
        builder.Services.AddRazorPages(options =>
            {
                options.RootDirectory = "/Web";
                options.Conventions.AuthorizeFolder("/Admin", Rights.Read);
                options.Conventions.ConfigureFilter(new NeedsFilter());
            })
            .AddApplicationPart(typeof(WebSetup).Assembly)
            .AddCookieTempDataProvider(options => Harden(options.Cookie, "exchange-notice", secure));

        // With fewer a list of rows would end in an exception, where the form itself was let in; how many entries are too many, the configuration says beside the field.
        builder.Services.Configure<MvcOptions>(options => options.MaxModelBindingCollectionSize = MostFields);
        builder.Services.Configure<RouteOptions>(options =>
        {
            options.LowercaseUrls = true;
            options.AppendTrailingSlash = false;
        });
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedAccess>();
        builder.Services.AddHttpContextAccessor();
    }

    /// <summary>The pages. Whoever opens the address that the console says comes to the first of them.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect("/admin")).ExcludeFromDescription();
        app.MapRazorPages();
    }

    /// <summary>Serves what the pages are made of. With a version in its address a file never changes.</summary>
    public static void UsePageFiles(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = context => context.Context.Response.Headers.CacheControl =
            context.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache",
    });

    /// <summary>Whether a request is for a page, and not for the API.</summary>
    public static bool IsPage(HttpContext http) =>
        (http.Request.Path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase) && !http.Request.Path.StartsWithSegments("/admin/api", StringComparison.OrdinalIgnoreCase))
        || http.Request.Path.StartsWithSegments("/me", StringComparison.OrdinalIgnoreCase)
        || http.Request.Path.StartsWithSegments("/ui", StringComparison.OrdinalIgnoreCase);

    private static void Harden(CookieBuilder cookie, string name, CookieSecurePolicy secure)
    {
        // The prefix makes browsers insist that nobody but this host set it (RFC 6265bis §4.1.3.2); it needs https.
        cookie.Name = secure == CookieSecurePolicy.Always ? $"__Host-{name}" : name;
        cookie.SecurePolicy = secure;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.Path = "/";
        cookie.IsEssential = true;
    }
}
