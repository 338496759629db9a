using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Client.Tests.Fakes;

/// <summary>One request as it arrived.</summary>
public sealed record Seen(string Method, string Path, string? Authorization, string? ContentType, string Body)
{
    public IReadOnlyDictionary<string, string> Form =>
        Body.Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => Decode(p[0]), p => Decode(p[1]), StringComparer.Ordinal);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>A Kestrel on a free port of this machine that keeps what it was sent and answers as told.</summary>
public abstract class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Seen> _seen = [];

    protected FakeServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = context.Request;
            var seen = new Seen(request.Method, request.Path, request.Headers.Authorization, request.ContentType, await reader.ReadToEndAsync(context.RequestAborted));
            _seen.Enqueue(seen);
            await (await AnswerAsync(seen)).ExecuteAsync(context);
        });
        _app.StartAsync().GetAwaiter().GetResult();
        Url = _app.Urls.First();
    }

    /// <summary>Its base URL, without a slash at the end.</summary>
    public string Url { get; }

    public IReadOnlyList<Seen> Requests => [.. _seen];

    protected abstract Task<IResult> AnswerAsync(Seen request);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _app.DisposeAsync();
    }
}
