using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>Signing in at the identity provider of administrators: OpenID Connect, code flow with PKCE, through ASP.NET Core's handler.</summary>
internal static class AdministratorOpenIdConnect
{
    private const string CookieName = "exchange-admin-oidc.";

    /// <summary>Registers it. There is such a scheme where settings name a provider, which is known once the host is built, and otherwise none.</summary>
    public static void AddAdministratorOpenIdConnect(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>());
        services.TryAddTransient<OpenIdConnectHandler>();
        services.AddOptions<AuthenticationOptions>().Configure<IOptions<AdminSettings>>((authentication, admin) =>
        {
            if (admin.Value.OpenIdConnect.IsConfigured)
            {
                authentication.AddScheme<OpenIdConnectHandler>(AdministratorSchemes.OpenIdConnect, displayName: null);
            }
        });
        services.AddOptions<OpenIdConnectOptions>(AdministratorSchemes.OpenIdConnect).Configure<IOptions<AdminSettings>, IOptions<ExchangeSettings>, GuardedHttp, TimeProvider>(Configure);
    }

    private static void Configure(OpenIdConnectOptions options, IOptions<AdminSettings> admin, IOptions<ExchangeSettings> exchange, GuardedHttp http, TimeProvider clock)
    {
        var provider = admin.Value.OpenIdConnect;
        options.TimeProvider = clock;
        options.Authority = provider.Authority;

        // Whoever runs the server named this host and no other: the provider's metadata leads to no address inside.
        options.Backchannel = http.ClientFor(_ => ValueTask.FromResult<IReadOnlyList<string>>([new Uri(provider.Authority!).Host]));
        options.RequireHttpsMetadata = provider.Authority!.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret;
        options.SignInScheme = AdministratorSchemes.Session;
        options.CallbackPath = AdministratorSchemes.SignedInPath;

        // Nothing else of the handler is reachable from outside.
        options.RemoteSignOutPath = PathString.Empty;
        options.SignedOutCallbackPath = PathString.Empty;

        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.Scope.Add("email");
        options.TokenValidationParameters.LifetimeValidator = (notBefore, expires, _, parameters) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return expires is { } end && now < end + parameters.ClockSkew && (notBefore is not { } start || now >= start - parameters.ClockSkew);
        };

        // The handler drops some claims that it takes for noise; who vouched for whom is not.
        options.ClaimActions.Remove("iss");
        options.ClaimActions.Remove("sub");

        // The provider sends people back with a plain navigation: no cookie has to come with requests that other sites make.
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.Name = CookieName;
            cookie.SameSite = SameSiteMode.Lax;
            cookie.HttpOnly = true;
            cookie.SecurePolicy = AdministratorCookies.Policy(exchange.Value);
        }

        options.NonceCookie.Name += "nonce.";

        // Where the browser comes back to is where this server is known to be, not what the request called it.
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            context.ProtocolMessage.RedirectUri = exchange.Value.Issuer + context.Options.CallbackPath;
            return Task.CompletedTask;
        };
        options.Events.OnTicketReceived = SignInAsync;
        options.Events.OnRemoteFailure = FailAsync;
    }

    private static async Task SignInAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        var principal = await http.RequestServices.GetRequiredService<ProviderSignIn>().BeginAsync(context.Principal!, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (principal is null)
        {
            context.HandleResponse();
            http.Response.Redirect($"{AdministratorSchemes.SignInPath}?problem={ProviderSignIn.Refused}");
            return;
        }

        // The cookie is to hold the id of the session and nothing that the provider said.
        context.Principal = principal;
        context.Properties!.Items.Clear();
        context.Properties.IsPersistent = false;
    }

    // What the provider sends may be an error of its own, a replay, an answer nobody waits for. The handler logs what it was.
    private static async Task FailAsync(RemoteFailureContext context)
    {
        var http = context.HttpContext;
        await http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
            AdministratorRecords.SignIn(
                http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), AdministratorReasons.Refused, null, http.Connection.RemoteIpAddress, "what the identity provider answered is not good"),
            CancellationToken.None);
        context.HandleResponse();
        http.Response.Redirect($"{AdministratorSchemes.SignInPath}?problem={ProviderSignIn.BadAnswer}");
    }
}
