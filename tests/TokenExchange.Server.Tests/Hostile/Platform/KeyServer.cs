using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>Publishes keys and discovery documents, each path in its own wrong way, and counts who comes.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _calls = new();

    private KeyServer(WebApplication app) => _app = app;

    public string Address { get; private init; } = string.Empty;

    public static async Task<KeyServer> StartAsync()
    {
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.WebHost.ConfigureKestrel(k => (k.Limits.MinResponseDataRate, k.AllowSynchronousIO) = (null, false));
        var server = new KeyServer(builder.Build()) { Address = address };
        server._app.Run(http =>
        {
            server._calls.Enqueue(http.Request.Path);
            return server._answers.TryGetValue(http.Request.Path, out var answer) ? answer(http) : Task.CompletedTask;
        });
        await server._app.StartAsync();
        return server;
    }

    public void Answer(string path, Func<HttpContext, Task> answer) => _answers[path] = answer;

    public void Answer(string path, string body) => Answer(path, http => http.Response.WriteAsync(body));

    public int CallsOf(string path) => _calls.Count(c => string.Equals(c, path, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
