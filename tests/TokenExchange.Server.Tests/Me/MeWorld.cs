using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Me;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Me;

/// <summary>The world in which alice can sign in to see which agents act for her, with a page that says who is signed in.</summary>
internal sealed class MeWorld : IAsyncDisposable
{
    public const string ClientId = "exchange-me";
    public const string ClientSecret = "c2VjcmV0IG9mIHRoZSBleGNoYW5nZSBzZXJ2ZXI";
    public const string Cookie = "exchange-me";

    private const string Who = "/me/test/who";

    private MeWorld(Provider provider, RunningServer server) => (Provider, Server) = (provider, server);

    public Provider Provider { get; }

    public RunningServer Server { get; }

    public Browser Browser { get; } = new();

    public string Address => Server.Issuer;

    public IssuerDefinition Issuer => Trusted(Provider);

    public static async Task<MeWorld> StartAsync(Func<IssuerDefinition, IssuerDefinition>? change = null, Action<WebApplicationBuilder>? customize = null, bool withSecret = true)
    {
        var provider = await Provider.StartAsync();
        var issuer = Trusted(provider);
        var server = await RunningServer.StartAsync(Configuration(change?.Invoke(issuer) ?? issuer), builder =>
        {
            builder.Configuration["Me:SignIn:0:Issuer"] = provider.Address;
            builder.Configuration["Me:SignIn:0:ClientId"] = ClientId;
            builder.Configuration["Me:SignIn:0:ClientSecret"] = withSecret ? ClientSecret : string.Empty;
            builder.Services.AddSingleton<IStartupFilter, WhoIsSignedIn>();
            customize?.Invoke(builder);
        });
        provider.Now = () => server.Now;
        return new MeWorld(provider, server);
    }

    /// <summary>The configuration with this issuer, and the one of everybody else's tests.</summary>
    public static ExchangeConfiguration Configuration(IssuerDefinition issuer) =>
        World.WithOps(World.Configuration) with { Issuers = [World.Configuration.Issuers![0] with { SubjectPrefix = "other|" }, issuer] };

    public Task ChangeAsync(Func<IssuerDefinition, IssuerDefinition> change) => Server.ApplyAsync(Configuration(change(Issuer)));

    /// <summary>Begins a sign-in and lets the provider answer; returns the address the browser is sent back to.</summary>
    public async Task<string> BeginAsync(string? returnUrl = null, Browser? browser = null)
    {
        browser ??= Browser;
        var begun = await browser.OpenAsync($"{Address}/me/sign-in/0{(returnUrl is null ? string.Empty : $"?returnUrl={Uri.EscapeDataString(returnUrl)}")}");
        begun.Location.ShouldStartWith(Provider.Address + "/authorize?");
        return (await browser.OpenAsync(begun.Location)).Location!;
    }

    /// <summary>Signs alice in, or tries to; returns what the server answers in the end.</summary>
    public async Task<Seen> SignInAsync(string? returnUrl = null, Browser? browser = null) => await (browser ?? Browser).OpenAsync(await BeginAsync(returnUrl, browser));

    /// <summary>Whose name the page says; null when nobody is signed in.</summary>
    public async Task<string?> WhoAsync(Browser? browser = null)
    {
        var seen = await (browser ?? Browser).OpenAsync(Address + Who);
        return (int)seen.Status == 200 ? (string?)JsonNode.Parse(seen.Body)!["name"] : null;
    }

    /// <summary>Everything the page knows of who is signed in, and a form token of theirs.</summary>
    public async Task<JsonObject> PageAsync() => JsonNode.Parse((await Browser.OpenAsync(Address + Who)).Body)!.AsObject();

    public async Task<ExchangeRecord> LastRecordAsync() => await Server.LastRecordAsync();

    /// <summary>Nobody is signed in, and the page to sign in says why.</summary>
    public async Task RefusedAsync(Seen answer, string code, string? detail = null)
    {
        answer.Location.ShouldBe($"/me/sign-in?problem={code}");
        ((int)answer.Status).ShouldBe(302);
        Browser.Cookies.ShouldNotContainKey(Cookie);
        (await WhoAsync()).ShouldBeNull();
        var record = await LastRecordAsync();
        (record.Kind, record.Reason, record.SubjectIssuer, record.Source).ShouldBe((RecordKind.SignIn, code, Provider.Address, "127.0.0.1"));
        if (detail is not null)
        {
            record.Detail.ShouldBe(detail);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Server.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private static IssuerDefinition Trusted(Provider provider) => new()
    {
        Issuer = provider.Address, Audiences = ["https://exchange.example"], TokenTypes = ["jwt", "id_token", "security_event"], AllowPrivateHosts = ["127.0.0.1"],
    };

    private sealed class WhoIsSignedIn : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, following) =>
            {
                if (http.Request.Path != Who)
                {
                    await following(http);
                    return;
                }

                var found = await http.AuthenticateAsync(SignedInUser.Scheme);
                if (!found.Succeeded)
                {
                    await http.ChallengeAsync(SignedInUser.Scheme);
                    return;
                }

                http.User = found.Principal;
                var user = SignedInUser.Of(http.User)!;
                await http.Response.WriteAsJsonAsync(new
                {
                    user.Name, user.Subject, user.Issuer, user.Session, user.AuthTime, Caller = user.Calling(null).ClientId, Claims = string.Join(' ', http.User.Claims.Select(c => c.Type)),
                    Items = string.Join(' ', found.Properties!.Items.Keys.Order(StringComparer.Ordinal)), Form = http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken,
                });
            });
            next(app);
        };
    }
}
