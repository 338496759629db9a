using DemoIdp;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Samples.Tests.SignIn;

/// <summary>An application that signs users in with Microsoft's handler, as it comes out of the box.</summary>
public sealed class ThirdPartyTests : IAsyncLifetime
{
    private readonly Browser _browser = new();
    private WebApplication _app = null!;
    private WebApplication _idp = null!;

    public async ValueTask InitializeAsync()
    {
        // The application's port must be known to the identity provider, and the identity provider's to the application.
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie().AddOpenIdConnect("idp", o =>
        {
            (o.Authority, o.RequireHttpsMetadata, o.ClientId, o.ClientSecret) = (_idp.Urls.First(), false, "app", "hidden");
            (o.ResponseType, o.ResponseMode, o.MapInboundClaims) = ("code", "query", false);
            (o.NonceCookie.SameSite, o.CorrelationCookie.SameSite, o.NonceCookie.SecurePolicy, o.CorrelationCookie.SecurePolicy) =
                (SameSiteMode.Lax, SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, CookieSecurePolicy.SameAsRequest);
        });
        builder.Services.AddAuthorization();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.MapGet("/", (HttpContext http) => http.User.Identity!.IsAuthenticated
            ? Results.Text(string.Join('\n', http.User.Claims.Where(c => c.Type is "sub" or "name" or "roles").Select(c => $"{c.Type} {c.Value}")))
            : Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }, ["idp"]));
        await _app.StartAsync();
        var url = _app.Urls.First();
        _idp = DemoIdpApp.Build(
        [
            "--urls=http://127.0.0.1:0", "--Idp:Exchange=http://127.0.0.1:9", "--Logging:LogLevel:Default=Error", "--Idp:Clients:0:ClientId=app", "--Idp:Clients:0:ClientSecret=hidden",
            $"--Idp:Clients:0:RedirectUris:0={url}/signin-oidc",
        ]);
        await _idp.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
        await _idp.DisposeAsync();
    }

    [Fact]
    public async Task A_user_signs_in_and_is_known_to_the_application()
    {
        var page = await _browser.GoAsync(_app.Urls.First() + "/");
        page.Body.ShouldContain("To go on to <strong>app</strong>");

        var back = await _browser.SubmitAsync(page, ("user", "paul"));
        var seen = await _browser.GoAsync(back.Location!);

        seen.Body.ShouldBe("sub paul\nname Paul Petersen\nroles policy_author");
    }
}
