using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>Apache's mod_oauth2 in front of an app, with the two configurations of docs/resource-servers.md as they stand there.</summary>
public sealed class ApacheTests(ServerProcess server)
{
    private const string Apache = "/usr/sbin/apache2";
    private const string Modules = "/usr/lib/apache2/modules";

    public static TheoryData<string> Modes => ["jwks_uri", "introspect"];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Apache_accepts_a_token_and_hands_its_claims_on(string mode)
    {
        await using var apache = await StartAsync(mode);

        var said = await apache.GetAsync(await server.TokenAsync(scope: "mail.label mail.read"));

        said.Status.ShouldBe(200);
        var claims = JsonNode.Parse(said.Body)!.AsObject();
        claims["act"] = JsonNode.Parse((string)claims["act"]!);
        claims.ShouldBeAnActorToken(server.Issuer, World.InboxAgent, scope: "mail.label mail.read");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Apache_refuses_calls_without_a_token_and_tokens_that_the_server_did_not_sign(string mode)
    {
        await using var apache = await StartAsync(mode);
        var forged = new TestKey("a-stranger").Sign(Jwt.Payload(await server.TokenAsync()), header => header["typ"] = "at+jwt");

        (await apache.GetAsync(token: null)).Status.ShouldBe(401);
        (await apache.GetAsync(forged)).Status.ShouldBe(401);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Apache_refuses_a_token_for_another_resource_and_one_that_lacks_the_scope(string mode)
    {
        await using var apache = await StartAsync(mode);

        (await apache.GetAsync(await server.TokenAsync(World.ArchiveAgent, World.Calendar, "calendar.read"))).Status.ShouldBe(401);
        (await apache.GetAsync(await server.TokenAsync(scope: "mail.label"))).Status.ShouldBe(401);
        (await apache.GetAsync(await server.TokenAsync())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_revocation_counts_where_Apache_introspects_once_its_cache_has_forgotten()
    {
        await using var apache = await StartAsync("introspect");
        var token = await server.TokenAsync();
        (await apache.GetAsync(token)).Status.ShouldBe(200);

        await server.RevokeAsync(token);
        await Task.Delay(TimeSpan.FromSeconds(2.5));

        (await apache.GetAsync(token)).Status.ShouldBe(401);
    }

    private async Task<Guarded> StartAsync(string mode)
    {
        Assert.SkipUnless(File.Exists(Apache) && File.Exists($"{Modules}/mod_oauth2.so"), "Not here: the Debian packages apache2 and libapache2-mod-oauth2.");
        var page = await File.ReadAllTextAsync(Path.Combine(Folders.Docs, "resource-servers.md"));
        var guard = page.Split("```apache").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).Single(block => block.Contains($"OAuth2TokenVerify {mode} ", StringComparison.Ordinal))
            .Replace("https://exchange.example", server.Issuer, StringComparison.Ordinal).Replace("client_secret=…", $"client_secret={World.Secret}", StringComparison.Ordinal);

        var guarded = new Guarded(await RelyingApp.StartAsync(_ => { }, app => app.MapGet("/messages", Claims)));
        try
        {
            await guarded.StartAsync(guard);
            return guarded;
        }
        catch
        {
            await guarded.DisposeAsync();
            throw;
        }
    }

    // What reaches the app behind Apache: the claims, as request headers.
    private static Dictionary<string, string> Claims(HttpContext http) => http.Request.Headers
        .Where(h => h.Key.StartsWith("OAUTH2_CLAIM_", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(h => h.Key["OAUTH2_CLAIM_".Length..], h => h.Value.ToString(), StringComparer.Ordinal);

    private sealed class Guarded(RelyingApp app) : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-apache-").FullName;
        private readonly Uri _address = RelyingApp.FreeAddress();
        private readonly HttpClient _http = new();
        private Subprocess? _apache;

        public async Task StartAsync(string guard)
        {
            var template = await File.ReadAllTextAsync(Path.Combine(Folders.Project("TokenExchange.Interop"), "apache", "relying-app.conf"));
            var file = Path.Combine(_folder, "apache.conf");
            await File.WriteAllTextAsync(file, template
                .Replace("{folder}", _folder, StringComparison.Ordinal).Replace("{port}", $"{_address.Port}", StringComparison.Ordinal)
                .Replace("{app}", app.Address.ToString(), StringComparison.Ordinal).Replace("{guard}", guard, StringComparison.Ordinal));
            _apache = await Subprocess.ServeAsync(Apache, ["-X", "-f", file], _folder, _address);
        }

        public Task<RelyingApp.Said> GetAsync(string? token) => RelyingApp.GetAsync(_http, new Uri(_address, "/messages"), token);

        public async ValueTask DisposeAsync()
        {
            if (_apache is not null)
            {
                await _apache.DisposeAsync();
            }

            _http.Dispose();
            await app.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
