using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop.Running;

/// <summary>A relying app on a loopback port, with the authentication that a test gives it.</summary>
internal sealed class RelyingApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private RelyingApp(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    public static Uri FreeAddress() => new($"http://127.0.0.1:{RunningServer.FreePort()}");

    public static async Task<RelyingApp> StartAsync(Action<IServiceCollection> services, Action<WebApplication> endpoints, Uri? address = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        address ??= FreeAddress();
        builder.WebHost.UseKestrelCore().UseUrls(address.ToString());
        builder.Services.AddLogging(logs => logs.SetMinimumLevel(LogLevel.None)).AddRoutingCore();
        services(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        endpoints(app);
        await app.StartAsync();
        return new RelyingApp(app, address);
    }

    /// <summary>A GET with or without a token: status, challenge and body.</summary>
    public Task<Said> GetAsync(string path, string? token) => GetAsync(_http, new Uri(Address, path), token);

    public static async Task<Said> GetAsync(HttpClient http, Uri address, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using var response = await http.SendAsync(request);
        return new Said((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString(), await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    internal sealed record Said(int Status, string Challenge, string Body);
}
