using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>The server, a relying app, a second party of each kind that is believed as well, and a trap that nobody may step into.</summary>
public sealed class HostileWorld : IAsyncLifetime
{
    public const string Corp = "https://corp.example";
    public const string OtherAgent = "other-key-agent";

    private readonly WebApplication _trap;

    public HostileWorld()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Trap);
        _trap = builder.Build();
        _trap.Run(http =>
        {
            Trapped++;
            return http.Response.WriteAsync(Draft.Stranger.Jwks.GetRawText());
        });
    }

    public static TestKey CorpKey { get; } = new("corp-1");

    public static TestKey OtherAgentKey { get; } = new("other-agent-1");

    public string Trap { get; } = $"http://127.0.0.1:{RunningServer.FreePort()}";

    public int Trapped { get; private set; }

    public RunningServer Server { get; private set; } = null!;

    internal RelyingApp App { get; private set; } = null!;

    /// <summary>The key this server signs with: only with it can a wrong actor token be made whose signature is right.</summary>
    public TestKey OwnKey { get; private set; } = null!;

    /// <summary>A good actor token; the clock stands still, so that it stays one.</summary>
    public string OwnToken { get; private set; } = null!;

    public static ExchangeConfiguration Configuration { get; } = World.Configuration with
    {
        Issuers = [.. World.Configuration.Issuers!, World.Configuration.Issuers![0] with { Issuer = Corp, Jwks = CorpKey.Jwks, SubjectPrefix = "corp|" }],
        Clients = [.. World.Configuration.Clients!, World.Configuration.Clients!.Single(c => c.ClientId == World.KeyAgent) with { ClientId = OtherAgent, Jwks = OtherAgentKey.Jwks }],
    };

    public async ValueTask InitializeAsync()
    {
        await _trap.StartAsync();
        Server = await RunningServer.StartAsync(Configuration);
        App = await RelyingApp.StartAsync(Server);
        var signing = Server.Services.GetRequiredService<SigningKeys>().Loaded[0];
        OwnToken = await Server.FirstTokenAsync();
        OwnKey = new TestKey(signing.KeyId, ECDsa.Create(signing.ECDsa.ExportParameters(includePrivateParameters: true)));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Server.DisposeAsync();
        await _trap.DisposeAsync();
    }
}
