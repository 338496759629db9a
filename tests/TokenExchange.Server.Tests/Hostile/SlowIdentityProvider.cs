using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>A server whose identity provider answers for its keys only when a test says so: everything can happen while an exchange waits for them.</summary>
internal sealed class SlowIdentityProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _fetches;

    private SlowIdentityProvider(WebApplication app) => _app = app;

    public RunningServer Server { get; private set; } = null!;

    public int Fetches => _fetches;

    public Task Asked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public ExchangeConfiguration Configuration { get; private set; } = null!;

    public static async Task<SlowIdentityProvider> StartAsync(Func<ExchangeConfiguration, ExchangeConfiguration>? change = null)
    {
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var provider = new SlowIdentityProvider(builder.Build());
        provider._app.MapGet("/jwks", provider.AnswerAsync);
        await provider._app.StartAsync();
        var c = World.Configuration;
        provider.Configuration = c with { Issuers = [c.Issuers![0] with { Jwks = null, JwksUri = address + "/jwks", AllowPrivateHosts = ["127.0.0.1"] }] };
        provider.Configuration = change?.Invoke(provider.Configuration) ?? provider.Configuration;
        provider.Server = await RunningServer.StartAsync(provider.Configuration);
        return provider;
    }

    public void Answer() => _gate.TrySetResult();

    /// <summary>Begins an exchange and comes back when it waits for the keys.</summary>
    public async Task<Task<Answer>> BeginAsync(Func<Task<Answer>>? exchange = null)
    {
        var running = (exchange ?? (() => Server.FirstHopAsync()))();
        await Asked;
        return running;
    }

    /// <summary>The same for a caller who hangs up while it waits.</summary>
    public async Task HangUpAsync(string assertion)
    {
        using var caller = new CancellationTokenSource();
        using var content = new FormUrlEncodedContent(
        [
            new("grant_type", GrantTypes.TokenExchange), new("client_id", World.InboxAgent), new("client_secret", World.Secret), new("subject_token", assertion),
            new("subject_token_type", TokenTypes.Jwt), new("resource", World.Mail), new("purpose", World.Triage),
        ]);
        var running = Server.Http.PostAsync("/token", content, caller.Token);
        await Asked;
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    public async ValueTask DisposeAsync()
    {
        Answer();
        await Server.DisposeAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> AnswerAsync()
    {
        Interlocked.Increment(ref _fetches);
        _asked.TrySetResult();
        await _gate.Task;
        return Results.Text(World.IdpKey.Jwks.GetRawText(), "application/json");
    }
}
