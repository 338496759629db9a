using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Assertions;

/// <summary>An issuer that publishes its keys: fetched when needed, seldom, and not believed for ever.</summary>
public sealed class PublishedKeysTests : IAsyncLifetime
{
    private readonly WebApplication _idp;
    private readonly string _address = $"http://127.0.0.1:{RunningServer.FreePort()}";
    private TestKey _key = new("first");
    private int _fetches;
    private bool _down;
    private bool _redirects;
    private RunningServer _server = null!;

    public PublishedKeysTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_address);
        _idp = builder.Build();
        _idp.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = _address, jwks_uri = _address + "/jwks" }));
        _idp.MapGet("/elsewhere", () => Results.Text(_key.Jwks.GetRawText(), "application/json"));
        _idp.MapGet("/jwks", () =>
        {
            _fetches++;
            return _down ? Results.StatusCode(500) : _redirects ? Results.Redirect("/elsewhere") : Results.Text(_key.Jwks.GetRawText(), "application/json");
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _idp.StartAsync();
        var c = World.Configuration;
        _server = await RunningServer.StartAsync(c with
        {
            Issuers = [c.Issuers![0] with { Issuer = _address, Jwks = null, AllowPrivateHosts = ["127.0.0.1"] }],
            Clients = [.. c.Clients!.Select(a => a.ClientId == World.KeyAgent ? a with { Jwks = null, JwksUri = _address + "/jwks", AllowPrivateHosts = ["127.0.0.1"] } : a)],
            Policies = [.. c.Policies!.Select(p => p with { Subjects = [p.Subjects[0] with { Issuer = _address }] })],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _idp.DisposeAsync();
    }

    [Requirement("ASVS 5.0", "V9.1.3", "Keys come from configured places, never from the token")]
    [Fact]
    public async Task Keys_are_found_by_discovery_and_used_without_asking_again()
    {
        (await ExchangeAsync(_key)).ShouldBe(200);
        (await ExchangeAsync(_key)).ShouldBe(200);

        _fetches.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_publishes_its_keys_may_change_them()
    {
        (await AuthenticateAsync(_key)).ShouldBe(200);
        var old = _key;
        _key = new TestKey("second");
        _server.Clock.Advance(TimeSpan.FromSeconds(10));

        (await AuthenticateAsync(_key)).ShouldBe(200);
        (await AuthenticateAsync(old)).ShouldBe(401);
        (await AuthenticateAsync(new TestKey("second"))).ShouldBe(401);
        _fetches.ShouldBe(2);
    }

    [Fact]
    public async Task A_flood_of_unknown_key_ids_causes_one_fetch_in_ten_seconds()
    {
        (await ExchangeAsync(_key)).ShouldBe(200);
        _server.Clock.Advance(TimeSpan.FromSeconds(10));
        foreach (var i in Enumerable.Range(0, 5))
        {
            (await ExchangeAsync(new TestKey($"unknown-{i}"))).ShouldBe(400);
        }

        _fetches.ShouldBe(2);
    }

    [Fact]
    public async Task A_new_key_is_found_when_its_id_is_first_seen_and_the_old_one_is_no_longer_believed()
    {
        var old = _key;
        (await ExchangeAsync(old)).ShouldBe(200);
        _key = new TestKey("second");
        _server.Clock.Advance(TimeSpan.FromSeconds(10));

        (await ExchangeAsync(_key)).ShouldBe(200);
        (await ExchangeAsync(old)).ShouldBe(400);
    }

    [Fact]
    public async Task An_issuer_that_is_down_is_served_from_memory_for_an_hour_and_then_not_at_all()
    {
        (await ExchangeAsync(_key)).ShouldBe(200);
        _down = true;
        _server.Clock.Advance(TimeSpan.FromMinutes(59));
        (await ExchangeAsync(_key)).ShouldBe(200);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await ExchangeAsync(_key)).ShouldBe(503);

        _down = false;
        _server.Clock.Advance(TimeSpan.FromSeconds(10));
        (await ExchangeAsync(_key)).ShouldBe(200);
    }

    [Requirement("RFC 8725", "3.10", "Addresses that others name lead to the public internet only")]
    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _redirects = true;

        (await ExchangeAsync(_key)).ShouldBe(503);
    }

    private async Task<int> ExchangeAsync(TestKey key)
    {
        var claims = World.Claims(_server.Now);
        claims["iss"] = _address;
        return (await _server.HopAsync(World.InboxAgent, key.Sign(claims), TokenTypes.Jwt)).Status;
    }

    private async Task<int> AuthenticateAsync(TestKey key)
    {
        var now = _server.Now.ToUnixTimeSeconds();
        var assertion = key.Sign(new JsonObject
        {
            ["iss"] = World.KeyAgent, ["sub"] = World.KeyAgent, ["aud"] = _server.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString("N"),
        });
        return (await _server.PostAsync("/revoke", null, null, ("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", assertion), ("token", "x"))).Status;
    }
}
