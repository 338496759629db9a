using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>Another node of the same server: the same issuer, database and key ring, another process's worth of memory and another address.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Node(WebApplication app, string address)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<Node> BesideAsync(RunningServer first)
    {
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}";
        var app = ServerApp.Build(
            [
                "--environment=Development", $"--urls={address}", $"--Exchange:Issuer={first.Issuer}", $"--ConnectionStrings:Exchange=Data Source={first.DatabasePath}",
                $"--Keys:RingDirectory={Path.Combine(Path.GetDirectoryName(first.DatabasePath)!, "keys")}", "--Logging:LogLevel:Default=Warning",
            ],
            builder => builder.Services.AddSingleton<TimeProvider>(first.Clock));
        await ServerStart.PrepareAsync(app, default);
        await app.StartAsync();
        return new Node(app, address);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
