using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>The server, a relying app, a second party of each kind that is believed as well, and a trap that nobody may step into.</summary>
public sealed class HostileWorld : IAsyncLifetime
{
    public const string Corp = "https://corp.example";
    public const string IdTokensOnly = "https://id-tokens.example";
    public const string JwtsOnly = "https://jwts.example";
    public const string Prefix = "https://prefix.example";
    public const string RsaIssuer = "https://rsa.example";
    public const string Files = "https://files.example";
    public const string Photos = "https://photos.example";
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

    public static RSA RsaKey { get; } = RSA.Create(2048);

    public string Trap { get; } = $"http://127.0.0.1:{RunningServer.FreePort()}";

    public int Trapped { get; private set; }

    public RunningServer Server { get; private set; } = null!;

    internal RelyingApp App { get; private set; } = null!;

    /// <summary>The key this server signs with: only with it can a wrong actor token be made whose signature is right.</summary>
    public TestKey OwnKey { get; private set; } = null!;

    /// <summary>A good actor token; the clock stands still, so that it stays one.</summary>
    public string OwnToken { get; private set; } = null!;

    public static ExchangeConfiguration Configuration { get; } = World.WithWorkloads(World.Configuration with
    {
        Issuers =
        [
            .. World.Configuration.Issuers!.Select(i => i with { TokenTypes = [.. i.TokenTypes, "security_event"] }), Issuer(Corp, "corp|"), Issuer(IdTokensOnly, "id|") with { TokenTypes = ["id_token"] }, Issuer(JwtsOnly, "jwt|") with { TokenTypes = ["jwt"] },
            Issuer(Prefix, "inbox-"), Issuer(RsaIssuer, "rsa|") with { Jwks = RsaJwks(), Algorithms = ["RS256"] },
        ],
        Resources =
        [
            .. World.Configuration.Resources!,
            new ResourceDefinition { Resource = Files, Name = "Files", Scopes = [new ScopeDefinition { Name = "read", Description = "Read files" }, new ScopeDefinition { Name = "write", Description = "Write files" }] },
            new ResourceDefinition { Resource = Photos, Name = "Photos", Scopes = [new ScopeDefinition { Name = "read", Description = "See photos" }] },
        ],
        Clients = [.. World.Configuration.Clients!, World.Configuration.Clients!.Single(c => c.ClientId == World.KeyAgent) with { ClientId = OtherAgent, Jwks = OtherAgentKey.Jwks }],
        Policies =
        [
            .. World.Configuration.Policies!,
            World.Permit("files-by-inbox-agent", World.Triage, World.InboxAgent, "read") with { Resource = Files },
            World.Permit("photos-by-archive-agent", World.Triage, World.ArchiveAgent, "read") with { Resource = Photos },
        ],
    });

    public async ValueTask InitializeAsync()
    {
        await _trap.StartAsync();
        Server = await RunningServer.StartAsync(Configuration);
        App = await RelyingApp.StartAsync(Server);
        var signing = (await Server.Services.GetRequiredService<SigningKeys>().CurrentAsync(CancellationToken.None)).Signer(Server.Now);
        OwnToken = await Server.FirstTokenAsync();
        OwnKey = new TestKey(signing.KeyId, ECDsa.Create(signing.ECDsa.ExportParameters(includePrivateParameters: true)));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Server.DisposeAsync();
        await _trap.DisposeAsync();
    }

    private static IssuerDefinition Issuer(string issuer, string prefix) => World.Configuration.Issuers![0] with { Issuer = issuer, Jwks = CorpKey.Jwks, SubjectPrefix = prefix };

    // Without alg, as many publish theirs: then the administrator's pin alone says what is accepted.
    private static JsonElement RsaJwks()
    {
        var key = RsaKey.ExportParameters(includePrivateParameters: false);
        return JsonSerializer.SerializeToElement(new { keys = new[] { new { kty = "RSA", kid = "rsa-1", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) } } });
    }
}
