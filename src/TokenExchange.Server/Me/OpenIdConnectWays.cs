using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Me;

/// <summary>The framework's handler, under a name of its own: by that its log is told from that of administrators' sign-in.</summary>
internal sealed class SignInHandler(IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logs, HtmlEncoder html, UrlEncoder urls) : OpenIdConnectHandler(options, logs, html, urls);

/// <summary>
/// One OpenID Connect client for each way to sign in. The framework's handler speaks the protocol: state, nonce, PKCE, the redirects and the code; whom it asks, over which
/// connections, and what it believes is ours.
/// </summary>
internal sealed class OpenIdConnectWays(SignInWays ways, ProviderMetadata metadata, IdTokens tokens, GuardedHttp http, CatalogSource catalogs, IOptions<ExchangeSettings> settings, TimeProvider clock)
    : IConfigureOptions<AuthenticationOptions>, IConfigureNamedOptions<OpenIdConnectOptions>
{
    // As long as a code may live (RFC 6749 §4.1.2).
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(10);

    public void Configure(AuthenticationOptions options)
    {
        foreach (var way in ways.All)
        {
            options.AddScheme<SignInHandler>(way.Scheme, way.Name);
        }
    }

    public void Configure(OpenIdConnectOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        if (ways.All.FirstOrDefault(w => w.Scheme == name) is not { } way)
        {
            return;
        }

        (options.ClientId, options.ClientSecret) = (way.Settings.ClientId, string.IsNullOrEmpty(way.Settings.ClientSecret) ? null : way.Settings.ClientSecret);
        (options.ResponseType, options.ResponseMode, options.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("profile");
        (options.SaveTokens, options.GetClaimsFromUserInfoEndpoint, options.MapInboundClaims, options.UseTokenLifetime, options.DisableTelemetry) = (false, false, false, false, true);
        options.ClaimActions.Clear();
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;

        (options.CallbackPath, options.RemoteSignOutPath, options.SignedOutCallbackPath) = (way.CallbackPath, default, default);
        (options.SignInScheme, options.RemoteAuthenticationTimeout, options.ProtocolValidator.NonceLifetime) = (SignedInUser.Scheme, MaxDuration, MaxDuration);
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            (cookie.HttpOnly, cookie.SameSite, cookie.SecurePolicy) = (true, SameSiteMode.Lax, SignInCookie.Policy(settings.Value));
        }

        options.ConfigurationManager = new TrustedProvider(metadata, way.Issuer);
        options.Backchannel = http.ClientFor(async cancellationToken => ways.FindIssuer(way.Issuer, await catalogs.CurrentAsync(cancellationToken))?.AllowPrivateHosts ?? []);
        options.TokenHandler = new OwnJudgement(tokens, way);
        (options.EventsType, options.TimeProvider) = (typeof(SignInEvents), clock);
    }

    private sealed class TrustedProvider(ProviderMetadata metadata, string issuer) : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
            (await metadata.FindAsync(issuer, cancel)).Passed(out var found, out var refusal) ? found : throw new SignInRefusedException(SignInRefusal.From(refusal));

        public void RequestRefresh()
        {
        }
    }

    // Not the handler's own validation: it would believe keys and algorithms that the configuration does not name, and read what ours refuses to.
    private sealed class OwnJudgement(IdTokens tokens, SignInWay way) : TokenHandler
    {
        public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters) =>
            (await tokens.VerifyAsync(token, way, CancellationToken.None)).Passed(out var user, out var refusal)
                ? new TokenValidationResult { IsValid = true, ClaimsIdentity = user.ToIdentity(), SecurityToken = new JsonWebToken(token) }
                : new TokenValidationResult { IsValid = false, Exception = new SignInRefusedException(SignInRefusal.From(refusal)) };
    }
}
