using System.Text.Json.Nodes;
using DemoIdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Running;

/// <summary>The demo identity provider of a site: users sign in there to see which agents act for them, and lend their sessions from it.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    /// <summary>As which the administration is known there.</summary>
    public const string AdministratorsClientId = "exchange-admin";

    private const string ClientId = "exchange-me";

    private WebApplication? _app;

    /// <summary>Its issuer. The address is known before it runs, because the site must know it first.</summary>
    public string Issuer { get; } = $"http://127.0.0.1:{RunningServer.FreePort()}";

    /// <summary>As a trusted issuer: its users have a prefix, so that they are not mistaken for those of the other one.</summary>
    public IssuerDefinition Definition => new()
    {
        Issuer = Issuer, Audiences = ["https://exchange.example"], TokenTypes = ["jwt", "security_event"], AllowPrivateHosts = ["127.0.0.1"], SubjectPrefix = "demo|",
    };

    /// <summary>Lets users of a server sign in here.</summary>
    public void AddTo(WebApplicationBuilder server)
    {
        ArgumentNullException.ThrowIfNull(server);
        (server.Configuration["Me:SignIn:0:Issuer"], server.Configuration["Me:SignIn:0:ClientId"], server.Configuration["Me:SignIn:0:Name"]) = (Issuer, ClientId, "the demo");
    }

    public async Task StartAsync(RunningServer server, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(server);
        _app = DemoIdpApp.Build(
            [
                $"--urls={Issuer}", $"--Idp:Exchange={server.Issuer}", $"--Idp:Clients:0:ClientId={ClientId}", $"--Idp:Clients:0:RedirectUris:0={server.Issuer}/me/signed-in/0",
                $"--Idp:Clients:1:ClientId={AdministratorsClientId}", $"--Idp:Clients:1:RedirectUris:0={server.Issuer}/admin/signed-in", "--Logging:LogLevel:Default=Error",
            ],
            builder => builder.Services.AddSingleton(clock));
        await _app.StartAsync();
    }

    /// <summary>What somebody's session lends.</summary>
    public string Assertion(string user, JsonObject? extra = null) => _app!.Services.GetRequiredService<AssertionFactory>().Create(new AssertionRequest(user, "https://exchange.example", LifetimeSeconds: 3600, Extra: extra));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
