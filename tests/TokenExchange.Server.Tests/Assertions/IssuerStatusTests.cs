using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Assertions;

/// <summary>What administrators see of issuers' keys, and that they can have them fetched.</summary>
public sealed class IssuerStatusTests : IAsyncLifetime
{
    private readonly WebApplication _idp;
    private readonly string _address = $"http://127.0.0.1:{RunningServer.FreePort()}";
    private readonly TestKey _key = new("first");
    private string? _document;
    private int _fetches;
    private bool _down;
    private RunningServer _server = null!;

    public IssuerStatusTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_address);
        _idp = builder.Build();
        _idp.MapGet("/.well-known/openid-configuration", () => Results.Text(_document ?? $$"""{"issuer":"{{_address}}","jwks_uri":"{{_address}}/jwks"}""", "application/json"));
        _idp.MapGet("/jwks", () =>
        {
            _fetches++;
            return _down ? Results.StatusCode(500) : Results.Text(_key.Jwks.GetRawText(), "application/json");
        });
    }

    private IssuerStatuses Statuses => _server.Services.GetRequiredService<IssuerStatuses>();

    public async ValueTask InitializeAsync()
    {
        await _idp.StartAsync();
        var c = World.Configuration;
        var fetched = c.Issuers![0] with { Jwks = null, AllowPrivateHosts = ["127.0.0.1"] };
        _server = await RunningServer.StartAsync(c with
        {
            Issuers = [c.Issuers[0], fetched with { Issuer = _address, SubjectPrefix = "a|" }, fetched with { Issuer = "https://by.address", JwksUri = _address + "/jwks", SubjectPrefix = "b|", Enabled = false }],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _idp.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"issuer":"ADDRESS/","jwks_uri":"ADDRESS/jwks"}""", "The discovery document at 'ADDRESS/.well-known/openid-configuration' names the issuer 'ADDRESS/', which is not exactly 'ADDRESS'.")]
    [InlineData("""{"issuer":"ADDRESS"}""", "The discovery document at 'ADDRESS/.well-known/openid-configuration' names no jwks_uri.")]
    [InlineData("""{"jwks_uri":"ADDRESS/jwks"}""", "What stands at 'ADDRESS/.well-known/openid-configuration' is no discovery document: it names no issuer.")]
    [InlineData("[]", "What stands at 'ADDRESS/.well-known/openid-configuration' is no discovery document: it names no issuer.")]
    public async Task What_is_wrong_with_a_discovery_document_is_said_so_that_it_can_be_mended(string document, string problem)
    {
        _document = document.Replace("ADDRESS", _address, StringComparison.Ordinal);

        var fetched = (await Statuses.FetchNowAsync(_address, default)).ShouldNotBeNull();

        fetched.Status.Keys.Problem.ShouldBe(problem.Replace("ADDRESS", _address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_anybody_asked_it_is_said_where_keys_will_come_from()
    {
        var all = await Statuses.ListAsync(default);

        all.Select(s => (s.Issuer.Issuer, s.Keys.Origin, s.Keys.State, s.Keys.Address)).ShouldBe(
        [
            (_address, KeyOrigin.Discovery, PublishedKeyState.NotFetched, null),
            ("https://by.address", KeyOrigin.JwksUri, PublishedKeyState.NotFetched, _address + "/jwks"),
            (World.Idp, KeyOrigin.Inline, PublishedKeyState.Fresh, null),
        ]);
        all[2].Keys.Keys.ShouldBe([new KeyInfo("idp-1", "EC P-256", "ES256")]);
        _fetches.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_fetched_is_shown_with_when_and_from_where()
    {
        await ExchangeAsync();

        var keys = (await Statuses.FindAsync(_address, default))!.Keys;

        (keys.State, keys.Address, keys.FetchedAt, keys.TriedAt, keys.Problem).ShouldBe((PublishedKeyState.Fresh, _address + "/jwks", RunningServer.Start, RunningServer.Start, null));
        keys.Keys.ShouldBe([new KeyInfo("first", "EC P-256", "ES256")]);
        _server.Clock.Advance(TimeSpan.FromMinutes(5));
        (await Statuses.FindAsync(_address, default))!.Keys.State.ShouldBe(PublishedKeyState.Old);
        _server.Clock.Advance(TimeSpan.FromMinutes(55));
        (await Statuses.FindAsync(_address, default))!.Keys.State.ShouldBe(PublishedKeyState.Unavailable);
    }

    [Fact]
    public async Task What_went_wrong_is_shown_beside_the_keys_that_still_serve()
    {
        await ExchangeAsync();
        _down = true;
        _server.Clock.Advance(TimeSpan.FromMinutes(6));
        await ExchangeAsync();

        var keys = (await Statuses.FindAsync(_address, default))!.Keys;

        (keys.State, keys.FetchedAt, keys.TriedAt, keys.Problem).ShouldBe((PublishedKeyState.Old, RunningServer.Start, RunningServer.Start.AddMinutes(6), $"'{_address}/jwks' answered 500."));
        keys.Keys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_are_fetched_at_once_for_who_asks_and_not_again_within_ten_seconds()
    {
        _down = true;
        var first = await Statuses.FetchNowAsync("https://by.address", default);
        (first!.Value.Fetched, first.Value.Status.Keys.State, first.Value.Status.Keys.Problem).ShouldBe((true, PublishedKeyState.Unavailable, $"'{_address}/jwks' answered 500."));
        _down = false;

        (await Statuses.FetchNowAsync("https://by.address", default))!.Value.Fetched.ShouldBeFalse();
        _server.Clock.Advance(PublishedKeys.RetryAfter);
        var second = await Statuses.FetchNowAsync("https://by.address", default);

        (second!.Value.Fetched, second.Value.Status.Keys.State, second.Value.Status.Keys.Problem, _fetches).ShouldBe((true, PublishedKeyState.Fresh, null, 2));
    }

    [Fact]
    public async Task Many_who_ask_at_once_cause_one_fetch()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Statuses.FetchNowAsync(_address, default)));

        answers.Count(a => a!.Value.Fetched).ShouldBe(1);
        answers.ShouldAllBe(a => a!.Value.Status.Keys.State == PublishedKeyState.Fresh);
        _fetches.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_of_the_configuration_are_not_fetched_and_those_of_nobody_neither()
    {
        (await Statuses.FetchNowAsync(World.Idp, default))!.Value.Fetched.ShouldBeFalse();
        (await Statuses.FetchNowAsync("https://nobody.example", default)).ShouldBeNull();
        (await Statuses.FindAsync("https://nobody.example", default)).ShouldBeNull();
    }

    private async Task ExchangeAsync()
    {
        var claims = World.Claims(_server.Now);
        claims["iss"] = _address;
        await _server.HopAsync(World.InboxAgent, _key.Sign(claims), TokenTypes.Jwt);
    }
}
