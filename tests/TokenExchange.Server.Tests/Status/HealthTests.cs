using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Status;
using TokenExchange.Server.Tests.Events;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Tests.Status;

/// <summary>An administrator sees how the server is, in sentences; looking changes nothing and asks nobody but the database.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private const string Corp = "https://corp.example";

    private readonly WebApplication _idp;
    private readonly string _address = $"http://127.0.0.1:{RunningServer.FreePort()}";
    private readonly TestKey _key = new("first");
    private string? _answer;
    private int _fetches;
    private RunningServer _server = null!;

    public HealthTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(_address);
        _idp = builder.Build();
        _answer = _key.Jwks.GetRawText();
        _idp.MapGet("/jwks", () =>
        {
            _fetches++;
            return _answer is null ? Results.StatusCode(500) : Results.Text(_answer, "application/json");
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _idp.StartAsync();
        var c = EventWorld.Configuration;
        _server = await RunningServer.StartAsync(c with
        {
            Issuers = [.. c.Issuers!, c.Issuers![0] with { Issuer = Corp, SubjectPrefix = "corp|", Jwks = null, JwksUri = $"{_address}/jwks", AllowPrivateHosts = ["127.0.0.1"] }],
            Policies = [.. c.Policies!.Select(p => p with { Subjects = [.. p.Subjects, new SubjectDefinition { Issuer = Corp }] })],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _idp.DisposeAsync();
    }

    [Fact]
    public async Task When_all_is_well_there_is_nothing_to_say()
    {
        var report = await LookAsync();

        report.Problems.ShouldBeEmpty();
        (report.At, report.Database.Facts!.Provider, report.Database.Pending.Count).ShouldBe((_server.Now, "SQLite", 0));
        report.Database.Facts.Version.ShouldMatch(@"^3\.\d+\.\d+$");
        (report.Keys.Active!.State, report.Keys.Next).ShouldBe((KeyState.Active, null));
        report.Issuers.Select(i => (i.Issuer, i.Enabled, i.Keys.State, i.Keys.Keys.Count)).ShouldBe([(Corp, true, PublishedKeyState.NotFetched, 0), (World.Idp, true, PublishedKeyState.Fresh, 1)]);
        (report.Events.Streams, report.Events.Behind.Count).ShouldBe((0, 0));
        _fetches.ShouldBe(0, "to look fetches nothing");
    }

    [Fact]
    public void What_runs_is_told()
    {
        Health.Versions.Server.ShouldMatch(@"^\d+\.\d+\.\d+");
        Health.Versions.Runtime.ShouldStartWith(".NET 10.");
        Health.Versions.System.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task The_next_key_is_shown_while_it_waits()
    {
        await _server.Services.GetRequiredService<KeyRotation>().RotateAsync(new("ops", null), null, default);

        (await LookAsync()).Keys.Next!.ActiveFrom.ShouldBe(_server.Now.AddMinutes(10));
    }

    [Fact]
    public async Task An_issuers_keys_are_shown_as_they_were_last_fetched_and_what_went_wrong_since()
    {
        (await ExchangeAsync()).ShouldBe(200);
        var fetched = _server.Now;
        Told(await CorpAsync()).ShouldBe((Corp, true, PublishedKeyState.Fresh, 1, fetched, fetched, null, null));

        _answer = null;
        _server.Clock.Advance(TimeSpan.FromMinutes(6));
        (await ExchangeAsync()).ShouldBe(200, "from memory");
        var failed = _server.Now;
        Told(await CorpAsync()).ShouldBe((
            Corp, true, PublishedKeyState.Old, 1, fetched, failed, $"'{_address}/jwks' answered 500.", "Its keys cannot be fetched; those at hand are used until 2026-03-02 11:00:00Z."));

        _server.Clock.Advance(TimeSpan.FromHours(1));
        (await ExchangeAsync()).ShouldBe(503);
        (await CorpAsync()).Problem.ShouldBe("Its keys cannot be fetched, and none are at hand: its users' assertions are refused.");
        (await LookAsync()).Problems.ShouldBe([(Corp, "Its keys cannot be fetched, and none are at hand: its users' assertions are refused.")]);

        _answer = _key.Jwks.GetRawText();
        _server.Clock.Advance(TimeSpan.FromSeconds(10));
        (await ExchangeAsync()).ShouldBe(200);
        var corp = await CorpAsync();
        (corp.Problem, corp.Keys.FetchedAt, corp.Keys.Problem).ShouldBe((null, _server.Now, null));
        _fetches.ShouldBe(4);
    }

    [Fact]
    public async Task An_issuer_that_publishes_no_key_is_worth_a_word()
    {
        _answer = """{"keys":[]}""";
        (await ExchangeAsync()).ShouldBe(400);

        (await CorpAsync()).Problem.ShouldBe("It publishes no key that can be used.");
    }

    [Fact]
    public async Task Of_an_issuer_that_is_disabled_nobody_needs_the_keys()
    {
        _answer = null;
        (await ExchangeAsync()).ShouldBe(503);
        var stored = await _server.Editor.ExportAsync(default);
        await _server.ApplyAsync(new ExchangeConfiguration { Issuers = [.. stored.Issuers!.Select(i => i with { Enabled = i.Issuer == World.Idp })] });

        var corp = await CorpAsync();

        (corp.Enabled, corp.Problem, corp.Keys.Problem is null).ShouldBe((false, null, false));
    }

    [Fact]
    public async Task A_stream_that_misses_an_event_for_more_than_a_minute_is_behind()
    {
        var receiver = await _server.ReceiverAsync();
        await receiver.PollAsync();
        (await LookAsync()).Events.Streams.ShouldBe(1);
        await _server.RevokeRootAsync("resource", World.Mail);
        var revoked = _server.Now;
        await _server.RevokeRootAsync("resource", World.Mail);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await LookAsync()).Problems.ShouldBeEmpty();

        _server.Clock.Advance(TimeSpan.FromTicks(1));

        var report = await LookAsync();
        var lag = report.Events.Behind.ShouldHaveSingleItem();
        (lag.StreamId, lag.ClientId, lag.Delivery, lag.Events, lag.Since).ShouldBe((receiver.StreamId, World.MailApi, EventDelivery.Poll, 2L, revoked));
        report.Problems.ShouldBe([("events", "Streams that miss an event for more than a minute: 1. Their receivers do not know of every revocation.")]);

        var again = receiver with { Token = await _server.TokenOfAsync(World.MailApi) };
        await again.AcknowledgeAsync(await again.PollAsync());
        await again.PollAsync();
        (await LookAsync()).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_its_database_it_says_so_and_what_is_not_known()
    {
        await SqlAsync("DROP TABLE \"__EFMigrationsHistory\"; CREATE TABLE \"__EFMigrationsHistory\" (Other TEXT)");

        var report = await LookAsync();

        report.Database.Facts.ShouldBeNull();
        report.Issuers.ShouldBeEmpty();
        report.Problems.ShouldBe(
        [
            ("database", "The database does not answer."),
            ("signing keys", "The database does not answer, so this is not known."),
            ("events", "The database does not answer, so this is not known."),
        ]);
    }

    [Fact]
    public async Task An_outdated_schema_is_named_with_what_is_missing()
    {
        await SqlAsync("DELETE FROM \"__EFMigrationsHistory\"");

        var report = await LookAsync();

        report.Database.Pending.Count.ShouldBeGreaterThan(0);
        report.Database.Facts.ShouldNotBeNull();
        report.Problems[0].ShouldBe(("database", $"The database schema is outdated (migrations to apply: {report.Database.Pending.Count}). Run the command migrate."));
        report.Problems[1].ShouldBe(("signing keys", "The database's schema is outdated, so this is not known."));
    }

    [Fact]
    public async Task One_part_that_cannot_be_read_leaves_the_others()
    {
        await SqlAsync("ALTER TABLE EventStreams RENAME TO Away");

        (await LookAsync()).Problems.ShouldBe([("events", "The database does not answer, so this is not known.")]);
    }

    [Fact]
    public async Task Who_hangs_up_is_not_an_outage()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _server.Services.GetRequiredService<Health>().LookAsync(gone.Token));
    }

    private Task<HealthReport> LookAsync() => _server.Services.GetRequiredService<Health>().LookAsync(default);

    private async Task<IssuerHealth> CorpAsync() => (await LookAsync()).Issuers[0];

    private async Task<int> ExchangeAsync()
    {
        var claims = World.Claims(_server.Now);
        claims["iss"] = Corp;
        return (await _server.HopAsync(World.InboxAgent, _key.Sign(claims), TokenTypes.Jwt)).Status;
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_server.DatabasePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static (string, bool, PublishedKeyState, int, DateTimeOffset?, DateTimeOffset?, string?, string?) Told(IssuerHealth issuer) =>
        (issuer.Issuer, issuer.Enabled, issuer.Keys.State, issuer.Keys.Keys.Count, issuer.Keys.FetchedAt, issuer.Keys.TriedAt, issuer.Keys.Problem, issuer.Problem);
}
