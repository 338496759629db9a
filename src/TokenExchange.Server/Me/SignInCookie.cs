using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Me;

/// <summary>The cookie of whoever is signed in at <c>/me</c>: this host's alone, unreadable to scripts and to whoever holds it, and not sent with what other sites post.</summary>
internal sealed class SignInCookie(IOptions<ExchangeSettings> settings) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>Over http, in Development, a cookie that is for https only would not come back.</summary>
    public static CookieSecurePolicy Policy(ExchangeSettings exchange) => exchange.Issuer.StartsWith("https://", StringComparison.Ordinal) ? CookieSecurePolicy.Always : CookieSecurePolicy.None;

    public void Configure(CookieAuthenticationOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != SignedInUser.Scheme)
        {
            return;
        }

        // The prefix makes browsers insist that nobody but this host set it (RFC 6265bis §4.1.3.2); it needs https.
        options.Cookie.SecurePolicy = Policy(settings.Value);
        options.Cookie.Name = options.Cookie.SecurePolicy == CookieSecurePolicy.Always ? "__Host-exchange-me" : "exchange-me";
        (options.Cookie.HttpOnly, options.Cookie.SameSite, options.Cookie.Path, options.Cookie.IsEssential) = (true, SameSiteMode.Lax, "/", true);
        (options.ExpireTimeSpan, options.SlidingExpiration) = (Idle, true);
        (options.LoginPath, options.AccessDeniedPath, options.ReturnUrlParameter) = (SignInEndpoints.SignIn, SignInEndpoints.SignIn, ReturnUrl.Parameter);
        options.EventsType = typeof(SignInCookieEvents);
    }
}

/// <summary>What happens to the cookie.</summary>
internal sealed class SignInCookieEvents(SignIns signIns) : CookieAuthenticationEvents
{
    /// <summary>On every request: a sign-in that does not hold any more is none, and its cookie goes.</summary>
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (SignedInUser.Of(context.Principal) is not { } user || !SignInTicket.TryRead(context.Properties, out var ticket)
            || !await signIns.HoldsAsync(user, ticket, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SignedInUser.Scheme);
        }
    }

    /// <summary>Whoever is not signed in is led to where they can, without an absolute address: what a request says of its host is not repeated.</summary>
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        var address = SignInEndpoints.PageFor(HttpMethods.IsGet(request.Method) ? $"{request.PathBase}{request.Path}{request.QueryString}" : null);

        // A part of a page cannot be the page to sign in: htmx loads that as a whole.
        if (request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.Headers["HX-Redirect"] = SignInEndpoints.PageFor(null);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            context.Response.Redirect(address);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
