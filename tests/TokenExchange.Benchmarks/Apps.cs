using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Benchmarks;

/// <summary>Relying apps on real ports that trust a server under measurement.</summary>
internal static class Apps
{
    /// <summary>The server, by the real clock.</summary>
    public static Task<RunningServer> StartServerAsync() =>
        RunningServer.StartAsync(World.WithOps(World.Configuration), builder => builder.Services.AddSingleton(TimeProvider.System));

    /// <summary>With our package and everything it does.</summary>
    public static Task<(WebApplication App, HttpClient Http)> StartOursAsync(RunningServer server) => StartAsync(
        services =>
        {
            services.AddAuthentication().AddActorToken(o =>
            {
                (o.Authority, o.Resource, o.RequireHttpsMetadata) = (server.Issuer, World.Mail, false);
                o.Enforcement = new ActorTokenEnforcement { ClientId = World.MailApi, ClientSecret = World.Secret };
            });
            services.AddActorTokenAuthorization();
        },
        app => app.MapGet("/messages", () => "ok").RequirePurpose(World.Triage).RequireScope("mail.read"));

    /// <summary>With the stock handler alone, as its documentation begins.</summary>
    public static Task<(WebApplication App, HttpClient Http)> StartStockAsync(RunningServer server) => StartAsync(
        services =>
        {
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(o => (o.Authority, o.Audience, o.RequireHttpsMetadata) = (server.Issuer, World.Mail, false));
            services.AddAuthorization();
        },
        app => app.MapGet("/messages", () => "ok").RequireAuthorization());

    /// <summary>Calls once.</summary>
    public static async Task<HttpStatusCode> GetAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/messages") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<(WebApplication App, HttpClient Http)> StartAsync(Action<IServiceCollection> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        map(app);
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }
}
