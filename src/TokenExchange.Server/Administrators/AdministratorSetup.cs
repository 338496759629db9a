using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;
using TokenExchange.Storage;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>Registers who administrators are, how they sign in, and what each right asks for.</summary>
internal static class AdministratorSetup
{
    public static void AddAdministrators(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddIdentityCore<AdministratorAccount>(identity =>
        {
            identity.User.AllowedUserNameCharacters = UserNames.Characters;
            identity.User.RequireUniqueEmail = false;
        }).AddUserManager<AdministratorUsers>().UseExchangeStorage();
        services.AddSingleton<IPersonalDataProtector, AdministratorSecrets>();
        services.AddSingleton<PasswordWork>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<AdministratorSessions>();
        services.AddSingleton<FirstRun>();
        services.AddScoped<SignIns>();
        services.AddScoped<ProviderSignIn>();
        services.AddScoped<Invitations>();
        services.AddScoped<OwnAccount>();
        services.AddScoped<AdministratorEditor>();

        services.AddAuthentication().AddCookie(AdministratorSchemes.Session).AddCookie(AdministratorSchemes.SecondFactor);
        services.AddOptions<CookieAuthenticationOptions>(AdministratorSchemes.Session).Configure<IOptions<ExchangeSettings>, AdministratorSessions>(AdministratorCookies.Session);
        services.AddOptions<CookieAuthenticationOptions>(AdministratorSchemes.SecondFactor).Configure<IOptions<ExchangeSettings>>(AdministratorCookies.SecondFactor);
        services.AddAdministratorOpenIdConnect();

        var authorization = services.AddAuthorizationBuilder();
        foreach (var right in Rights.All)
        {
            authorization.AddPolicy(right, policy => policy.AddAuthenticationSchemes(AdministratorSchemes.Session).RequireAuthenticatedUser()
                .RequireAssertion(context => AdministratorPrincipal.Has(context.User, right)));
        }
    }
}

/// <summary>The cookies of administrators.</summary>
internal static class AdministratorCookies
{
    private const string SessionName = "exchange-admin";
    private const string SecondFactorName = "exchange-admin-second";

    public static void Session(CookieAuthenticationOptions options, IOptions<ExchangeSettings> exchange, AdministratorSessions sessions)
    {
        Both(options, SessionName, exchange.Value);
        options.ExpireTimeSpan = AdministratorSessions.Idle;
        options.SlidingExpiration = true;
        options.LoginPath = AdministratorSchemes.SignInPath;
        options.AccessDeniedPath = AdministratorSchemes.ForbiddenPath;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = sessions.ValidateAsync;
        options.Events.OnRedirectToLogin = options.Events.OnRedirectToAccessDenied = Lead;
    }

    public static void SecondFactor(CookieAuthenticationOptions options, IOptions<ExchangeSettings> exchange)
    {
        Both(options, SecondFactorName, exchange.Value);
        options.ExpireTimeSpan = SignIns.SecondFactorWithin;
        options.SlidingExpiration = false;
    }

    /// <summary>Never without TLS, but in Development, where the issuer may be an http address.</summary>
    public static CookieSecurePolicy Policy(ExchangeSettings exchange) => IsHttps(exchange) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    // Without an absolute address: what a request says of its host is not repeated. A part of a page cannot be another page: htmx loads that as a whole.
    private static Task Lead(RedirectContext<CookieAuthenticationOptions> context)
    {
        var address = new Uri(context.RedirectUri).PathAndQuery;
        if (context.Request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.Headers["HX-Redirect"] = address;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            context.Response.Redirect(address);
        }

        return Task.CompletedTask;
    }

    // With the prefix browsers take it from this very host alone, over TLS, for all of it (RFC 6265bis §4.1.3.2): no neighbour in the domain can plant one.
    private static void Both(CookieAuthenticationOptions options, string name, ExchangeSettings exchange)
    {
        options.Cookie.Name = IsHttps(exchange) ? "__Host-" + name : name;
        options.Cookie.SecurePolicy = Policy(exchange);
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.Path = "/";
        options.Cookie.IsEssential = true;
    }

    private static bool IsHttps(ExchangeSettings exchange) => exchange.Issuer.StartsWith("https://", StringComparison.Ordinal);
}
