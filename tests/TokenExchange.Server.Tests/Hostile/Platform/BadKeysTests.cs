using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>One server that trusts an issuer per wrong key set, wrong discovery document and forbidden address.</summary>
public sealed class BadKeysWorld : IAsyncLifetime
{
    // Where nobody of the public internet can be: each must be left alone although an administrator wrote it down.
    internal static readonly string[] Addresses =
    [
        "https://127.0.0.1:PORT", "https://127.1:PORT", "https://2130706433:PORT", "https://0x7f000001:PORT", "https://0177.0.0.1:PORT", "https://127.0.0.2:PORT", "https://0.0.0.0:PORT", "https://[::1]:PORT", "https://[::]:PORT",
        "https://[::ffff:127.0.0.1]:PORT", "https://[::ffff:7f00:1]:PORT", "https://[::127.0.0.1]:PORT", "https://localhost:PORT", "https://LOCALHOST:PORT", "https://localhost.:PORT", "https://10.0.0.1", "https://172.16.0.1", "https://192.168.0.1",
        "https://169.254.169.254/latest/meta-data", "https://100.64.0.1", "https://[fe80::1]", "https://[fd00:ec2::254]", "https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "https://255.255.255.255", "https://224.0.0.1",
    ];

    private readonly TcpListener _trap = TcpListener.Create(RunningServer.FreePort());

    internal KeyServer Keys { get; private set; } = null!;

    public RunningServer Server { get; private set; } = null!;

    public static TestKey Key { get; } = new("right");

    public bool IsTrapped => _trap.Pending();

    public async ValueTask InitializeAsync()
    {
        _trap.Start();
        var port = ((IPEndPoint)_trap.LocalEndpoint).Port;
        Keys = await KeyServer.StartAsync();
        Keys.Answer("/good", Key.Jwks.GetRawText());
        foreach (var (row, i) in BadKeys.Sets.Select((r, i) => (r, i)))
        {
            Keys.Answer($"/sets/{i}", http => row.Answer(http, Key));
        }

        foreach (var (row, i) in BadKeys.Discoveries.Select((r, i) => (r, i)))
        {
            Keys.Answer($"/idp/{i}/.well-known/openid-configuration", row.Document(Keys.Address).Replace("ISSUER", IssuerOf(i), StringComparison.Ordinal));
        }

        Keys.Answer("/slow/0", http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        Keys.Answer("/slow/1", async http =>
        {
            for (var i = 0; !http.RequestAborted.IsCancellationRequested; i++)
            {
                await http.Response.WriteAsync(" ", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(200, http.RequestAborted);
            }
        });

        Server = await RunningServer.StartAsync(World.Configuration with
        {
            Issuers =
            [
                .. World.Configuration.Issuers!,
                .. BadKeys.Sets.Select((_, i) => Issuer($"https://set-{i}.example", $"{Keys.Address}/sets/{i}", "127.0.0.1")),
                .. BadKeys.Discoveries.Select((_, i) => Issuer(IssuerOf(i), null, "127.0.0.1")),
                .. Addresses.Select((a, i) => Issuer($"https://address-{i}.example", a.Replace("PORT", $"{port}", StringComparison.Ordinal))),
                .. Enumerable.Range(0, 2).Select(i => Issuer($"https://slow-{i}.example", $"{Keys.Address}/slow/{i}", "127.0.0.1")),
                Issuer("https://not-allowed.example", $"https://localhost:{port}", "127.0.0.1", "[::1]"),
                Issuer("https://good.example", $"{Keys.Address}/good", "127.0.0.1"),
            ],
            Clients =
            [
                .. World.Configuration.Clients!,
                World.Configuration.Clients!.Single(c => c.ClientId == World.KeyAgent) with { ClientId = "remote-key-agent", Jwks = null, JwksUri = $"{Keys.Address}/client", AllowPrivateHosts = ["127.0.0.1"] },
            ],
        });
        Keys.Answer("/client", Key.Jwks.GetRawText());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Keys.DisposeAsync();
        _trap.Dispose();
    }

    public string IssuerOf(int discovery) => $"{Keys.Address}/idp/{discovery}";

    public Task<Answer> ExchangeAsync(string issuer, string keyId = "right")
    {
        var claims = World.Claims(Server.Now);
        claims["iss"] = issuer;
        return Server.HopAsync(World.InboxAgent, Key.Sign(claims, h => h["kid"] = keyId), TokenTypes.Jwt);
    }

    private static IssuerDefinition Issuer(string issuer, string? jwksUri, params string[] allowed) => World.Configuration.Issuers![0] with
    {
        Issuer = issuer, Jwks = null, JwksUri = jwksUri, AllowPrivateHosts = allowed, SubjectPrefix = $"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(issuer)))[..16]}|",
    };
}

/// <summary>Keys are fetched from where they may be, as much as may be, and believed only when they are what they should be.</summary>
public sealed class BadKeysTests(BadKeysWorld world) : IClassFixture<BadKeysWorld>
{
    public static TheoryData<string> Sets => [.. BadKeys.Sets.Select(s => s.Name)];

    public static TheoryData<string> Discoveries => [.. BadKeys.Discoveries.Select(d => d.Name)];

    public static TheoryData<string> Addresses => [.. BadKeysWorld.Addresses];

    [Fact]
    public async Task The_right_keys_are_believed() =>
        (await world.ExchangeAsync("https://good.example")).Json["error_uri"]!.ToString().ShouldEndWith("/purpose_not_permitted", Case.Sensitive, "all is right but the policy, which names another issuer");

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Nothing_is_issued_on_a_key_set(string name)
    {
        var row = BadKeys.Sets.Single(s => s.Name == name);
        var issuer = $"https://set-{BadKeys.Sets.ToList().IndexOf(row)}.example";

        await ShouldRefuseAsync(issuer, row.Code);
    }

    [Theory]
    [MemberData(nameof(Discoveries))]
    public async Task Nothing_is_issued_on_a_discovery_document(string name) =>
        await ShouldRefuseAsync(world.IssuerOf(BadKeys.Discoveries.Select(d => d.Name).ToList().IndexOf(name)), "issuer_keys_unavailable");

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Nobody_is_called_at(string address)
    {
        await ShouldRefuseAsync($"https://address-{Array.IndexOf(BadKeysWorld.Addresses, address)}.example", "issuer_keys_unavailable");

        world.IsTrapped.ShouldBeFalse();
    }

    [Fact]
    public async Task A_host_that_is_allowed_allows_no_other_name_of_the_same_machine()
    {
        await ShouldRefuseAsync("https://not-allowed.example", "issuer_keys_unavailable");

        world.IsTrapped.ShouldBeFalse();
    }

    [Fact]
    public async Task Keys_that_come_too_slowly_are_waited_for_five_seconds()
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => world.ExchangeAsync($"https://slow-{i}.example")));

        answers.ShouldAllBe(a => a.Status == 503);
        System.Diagnostics.Stopwatch.GetElapsedTime(began).ShouldBeInRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));
        (await world.Server.LastRecordAsync()).Reason.ShouldBe("issuer_keys_unavailable");
    }

    [Fact]
    public async Task A_flood_of_unknown_kids_at_once_fetches_an_issuers_keys_once_more()
    {
        await world.ExchangeAsync("https://good.example");
        world.Server.Clock.Advance(TimeSpan.FromSeconds(10));
        var before = world.Keys.CallsOf("/good");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => world.ExchangeAsync("https://good.example", $"unknown-{i}")));

        answers.ShouldAllBe(a => a.Status == 400);
        (world.Keys.CallsOf("/good") - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_flood_of_unknown_kids_at_once_fetches_a_clients_keys_once_more()
    {
        (await IntrospectAsync("right")).ShouldBe(200);
        world.Server.Clock.Advance(TimeSpan.FromSeconds(10));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => IntrospectAsync($"unknown-{i}")));

        statuses.ShouldAllBe(s => s == 401);
        world.Keys.CallsOf("/client").ShouldBe(2);
    }

    private async Task<int> IntrospectAsync(string keyId)
    {
        var now = world.Server.Now.ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = "remote-key-agent", ["sub"] = "remote-key-agent", ["aud"] = world.Server.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString("N"),
        };
        return (await world.Server.PostAsync("/introspect", null, null,
            ("token", "x"), ("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", BadKeysWorld.Key.Sign(payload, h => h["kid"] = keyId)))).Status;
    }

    private async Task ShouldRefuseAsync(string issuer, string code)
    {
        var answer = code == "issuer_keys_unavailable"
            ? await world.Server.ShouldRefuseAsync(() => world.ExchangeAsync(issuer), 503, ErrorCodes.TemporarilyUnavailable, code)
            : await world.Server.ShouldRefuseAsync(() => world.ExchangeAsync(issuer), 400, ErrorCodes.InvalidRequest, code);
        answer.Headers.RetryAfter?.ToString().ShouldBe(answer.Status == 503 ? "5" : null);
    }
}
