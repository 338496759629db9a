using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace TokenExchange.Server.Me;

/// <summary>How users come in and out of <c>/me</c>. The pages themselves are elsewhere.</summary>
internal static class SignInEndpoints
{
    /// <summary>The page that offers the ways to sign in; a way has its number below it.</summary>
    public const string SignIn = "/me/sign-in";

    /// <summary>Where issuers send browsers back to; a way has its number below it.</summary>
    public const string SignedIn = "/me/signed-in";

    /// <summary>Where one signs out, by a POST with the antiforgery token.</summary>
    public const string SignOut = "/me/sign-out";

    /// <summary>The parameter of <see cref="SignIn"/> that says why somebody is there again: a word that <see cref="SignInRefusal.SentenceOf(string?)"/> explains.</summary>
    public const string Problem = "problem";

    public static void AddMe(this IServiceCollection services)
    {
        services.AddSingleton<SignInWays>();
        services.AddSingleton<ProviderMetadata>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<SignInEvents>();
        services.AddSingleton<SignInCookieEvents>();
        services.AddAuthentication().AddCookie(SignedInUser.Scheme);
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SignInCookie>();

        // What AddOpenIdConnect registers, for as many schemes as settings name.
        services.AddTransient<SignInHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>());
        services.AddSingleton<OpenIdConnectWays>();
        services.AddSingleton<IConfigureOptions<AuthenticationOptions>>(s => s.GetRequiredService<OpenIdConnectWays>());
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>>(s => s.GetRequiredService<OpenIdConnectWays>());
    }

    public static void MapMe(this IEndpointRouteBuilder app)
    {
        app.MapGet($"{SignIn}/{{number:int}}", BeginAsync);
        app.MapPost(SignOut, EndAsync);
    }

    /// <summary>Where the ways to sign in are offered.</summary>
    /// <param name="returnUrl">Where to go then.</param>
    /// <param name="refusal">Why they are there again.</param>
    public static string PageFor(string? returnUrl, SignInRefusal? refusal = null)
    {
        var back = ReturnUrl.Local(returnUrl);
        var page = back == ReturnUrl.Home ? SignIn : QueryHelpers.AddQueryString(SignIn, ReturnUrl.Parameter, back);
        return refusal is null ? page : QueryHelpers.AddQueryString(page, Problem, refusal.Code);
    }

    private static async Task<IResult> BeginAsync(int number, string? returnUrl, HttpContext http, SignInWays ways, ProviderMetadata metadata, SignIns signIns, TimeProvider clock)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (number < 0 || number >= ways.All.Count)
        {
            return Results.NotFound();
        }

        var way = ways.All[number];
        if (!(await metadata.FindAsync(way.Issuer, http.RequestAborted)).Passed(out _, out var problem))
        {
            var refusal = SignInRefusal.From(problem);
            await signIns.RefuseAsync(refusal, way, http.Connection.RemoteIpAddress);
            return Results.LocalRedirect(PageFor(returnUrl, refusal));
        }

        var properties = new AuthenticationProperties { RedirectUri = ReturnUrl.Local(returnUrl) };
        SignInTicket.Begin(clock.GetUtcNow()).WriteTo(properties);
        return Results.Challenge(properties, [way.Scheme]);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IAntiforgery antiforgery, SignIns signIns)
    {
        http.Response.Headers.CacheControl = "no-store";
        var found = await http.AuthenticateAsync(SignedInUser.Scheme);
        if (found.Succeeded && SignedInUser.Of(found.Principal) is { } user && SignInTicket.TryRead(found.Properties, out var ticket))
        {
            // The antiforgery token is this user's.
            http.User = found.Principal;
            if (!await antiforgery.IsRequestValidAsync(http))
            {
                return Results.BadRequest();
            }

            await signIns.EndAsync(user, ticket, http.Connection.RemoteIpAddress);
            await http.SignOutAsync(SignedInUser.Scheme);
        }

        return Results.LocalRedirect(SignIn);
    }
}
