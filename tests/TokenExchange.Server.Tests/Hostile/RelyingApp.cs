using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>A relying app built with our package, on a real port, that trusts the server under test and lives by its clock.</summary>
internal sealed class RelyingApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private int _served;

    private RelyingApp(WebApplication app, string address) => (_app, _http) = (app, new HttpClient { BaseAddress = new Uri(address) });

    /// <summary>How often the endpoint behind the guard ran.</summary>
    public int Served => _served;

    public static async Task<RelyingApp> StartAsync(RunningServer server, bool introspects = false, Action<ActorTokenOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(server.Services.GetRequiredService<TimeProvider>());
        builder.Services.AddAuthentication().AddActorToken(o =>
        {
            (o.Authority, o.Resource, o.RequireHttpsMetadata) = (server.Issuer, World.Mail, false);
            o.Introspection = introspects ? new ActorTokenIntrospection { ClientId = World.MailApi, ClientSecret = World.Secret } : null;
            configure?.Invoke(o);
        });
        builder.Services.AddActorTokenAuthorization();
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}";
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        var relying = new RelyingApp(app, address);
        app.MapGet("/messages", () => $"messages {Interlocked.Increment(ref relying._served)}").RequirePurpose(World.Triage).RequireScope("mail.read");
        await app.StartAsync();
        return relying;
    }

    public async Task<(int Status, string? Challenge, string Body)> GetAsync(string? token, string path = "/messages")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}").ShouldBeTrue();
        }

        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? string.Join(" | ", challenges) : null, await response.Content.ReadAsStringAsync());
    }

    public async Task ShouldRefuseAsync(string token, string description)
    {
        var before = Served;

        var answer = await GetAsync(token);

        answer.Challenge.ShouldBe($"Bearer error=\"invalid_token\", error_description=\"{description}\", resource_metadata=\"https://mail.example/.well-known/oauth-protected-resource\"");
        answer.Body.ShouldBe($$"""{"error":"invalid_token","error_description":"{{description}}"}""");
        answer.Status.ShouldBe((int)HttpStatusCode.Unauthorized);
        Served.ShouldBe(before);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
