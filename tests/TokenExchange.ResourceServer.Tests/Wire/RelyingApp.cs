using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>A relying app that uses the package as its documentation says, on a real port.</summary>
internal sealed class RelyingApp : IAsyncDisposable
{
    public const string Resource = "https://mail.example";

    private readonly WebApplication _app;

    private RelyingApp(WebApplication app) => (_app, Http) = (app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public HttpClient Http { get; }

    /// <summary>Starts an app with the endpoints most tests call.</summary>
    public static Task<RelyingApp> StartAsync(FakeAuthority authority, TimeProvider time, Action<ActorTokenOptions>? configure = null) =>
        StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(time);
                builder.Services.AddAuthentication().AddActorToken(o =>
                {
                    (o.Authority, o.Resource, o.RequireHttpsMetadata) = (authority.Issuer, Resource, false);
                    configure?.Invoke(o);
                });
                builder.Services.AddActorTokenAuthorization();
            },
            app =>
            {
                app.MapActorTokenMetadata();
                app.MapGet("/messages", (HttpContext http) => Tell(http)).RequirePurpose("inbox.triage", "inbox.summary").RequireScope("mail.read");
                app.MapGet("/settings", (HttpContext http) => Tell(http)).RequirePurpose("settings.change");
                app.MapPost("/send", (HttpContext http) => Tell(http)).RequireScope("mail.send").RequireScope("mail.read");
                app.MapGet("/open", (HttpContext http) => http.TryGetDelegation(out var delegation) ? delegation.Subject : "nobody");
            });

    public static async Task<RelyingApp> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configure(builder);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        map(app);
        await app.StartAsync();
        return new RelyingApp(app);
    }

    public Task<Answer> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token is null ? null : $"Bearer {token}");

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? authorization, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? string.Join(" | ", challenges) : null,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.RetryAfter?.ToString(),
            response.Headers.CacheControl?.ToString());
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private static string Tell(HttpContext http)
    {
        var delegation = http.GetDelegation();
        return $"{delegation.Subject} by {delegation.Chain} for {delegation.Purpose}";
    }
}
