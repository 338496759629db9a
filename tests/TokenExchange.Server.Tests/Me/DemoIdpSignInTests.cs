using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using DemoIdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Me;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Me;

/// <summary>The server and the demo identity provider, as the samples run them.</summary>
public sealed partial class DemoIdpSignInTests
{
    [Fact]
    public async Task A_user_picks_who_they_are_is_signed_in_and_signs_out_at_the_identity_provider()
    {
        var idp = $"http://127.0.0.1:{RunningServer.FreePort()}";
        var configuration = World.Configuration with { Issuers = [new IssuerDefinition { Issuer = idp, Audiences = ["https://exchange.example"], TokenTypes = ["jwt", "security_event"], AllowPrivateHosts = ["127.0.0.1"] }] };
        await using var server = await RunningServer.StartAsync(configuration with { Policies = [] }, builder =>
        {
            (builder.Configuration["Me:SignIn:0:Issuer"], builder.Configuration["Me:SignIn:0:ClientId"]) = (idp, "exchange-me");
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new Pages());
        });
        await using var provider = DemoIdpApp.Build(
            [$"--urls={idp}", $"--Idp:Exchange={server.Issuer}", "--Idp:Clients:0:ClientId=exchange-me", $"--Idp:Clients:0:RedirectUris:0={server.Issuer}/me/signed-in/0", "--Logging:LogLevel:Default=Error"],
            builder => builder.Services.AddSingleton<TimeProvider>(server.Clock));
        await provider.StartAsync();
        using var browser = new Browser();

        var page = await browser.OpenAsync((await browser.OpenAsync(server.Issuer + "/me/sign-in/0")).Location!);
        var form = Form().Match(page.Body);
        var back = await browser.PostAsync(idp + WebUtility.HtmlDecode(form.Groups["action"].Value), ("form", form.Groups["token"].Value), ("user", "carol"));
        (await browser.OpenAsync(back.Location!)).Location.ShouldBe("/me");
        (await browser.OpenAsync(server.Issuer + "/me/test/name")).Body.ShouldBe("carol Carol Conti");

        using var http = new HttpClient();
        (await http.PostAsJsonAsync(idp + "/sign-out", new SignOutRequest("carol"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.OpenAsync(server.Issuer + "/me/test/name")).Body.ShouldBe("nobody");
    }

    [GeneratedRegex("""action="(?<action>[^"]*)">\s*<input type="hidden" name="form" value="(?<token>[^"]*)">""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Form();

    private sealed class Pages : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map("/me/test/name", name => Microsoft.AspNetCore.Builder.RunExtensions.Run(name, async http =>
            {
                var user = SignedInUser.Of((await Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.AuthenticateAsync(http, SignedInUser.Scheme)).Principal);
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(http.Response, user is null ? "nobody" : $"{user.Subject} {user.Name}");
            }));
            next(app);
        };
    }
}
