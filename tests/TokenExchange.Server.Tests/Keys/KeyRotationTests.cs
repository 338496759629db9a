using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;
using TokenExchange.Server.Tests.Laws;
using TokenExchange.Storage.Audit;
using static TokenExchange.Server.Tests.Keys.KeyWorld;

namespace TokenExchange.Server.Tests.Keys;

/// <summary>A rotation of the signing key is noticed by nobody: no token dies of it, and no relying app is surprised.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(World.WithOps(World.Configuration));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_next_key_is_published_before_it_signs_and_then_signs_everything()
    {
        var first = await _server.SignerAsync();

        var next = await _server.RotateAsync();

        next.ActiveFrom.ShouldBe(_server.Now.AddMinutes(10));
        (await KeyIdsAsync(_server.Http)).ShouldBe([first, next.KeyId]);
        _server.Clock.Advance(TimeSpan.FromMinutes(10) - s_tick);
        (await _server.SignerAsync()).ShouldBe(first);
        _server.Clock.Advance(s_tick);
        (await _server.SignerAsync()).ShouldBe(next.KeyId);
        (await KeyIdsAsync(_server.Http)).ShouldBe([next.KeyId, first]);
    }

    [Fact]
    public async Task A_longer_lead_is_kept()
    {
        var first = await _server.ActiveKeyAsync();
        await _server.RotateAsync(TimeSpan.FromDays(1));

        _server.Clock.Advance(TimeSpan.FromDays(1) - s_tick);

        SignerOf(await _server.FirstTokenAsync()).ShouldBe(first);
        _server.Clock.Advance(s_tick);
        SignerOf(await _server.FirstTokenAsync()).ShouldNotBe(first, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(599)]
    [InlineData(30 * 24 * 3600 + 1)]
    public async Task A_lead_that_is_too_short_or_too_long_is_a_bug_of_the_caller(int seconds) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => _server.Rotation().RotateAsync(Ops, TimeSpan.FromSeconds(seconds), default));

    [Fact]
    public async Task A_token_signed_before_stays_good_after_it()
    {
        await _server.RotateAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(8));
        var (token, other) = (await _server.FirstTokenAsync(), await _server.FirstTokenAsync());
        var api = await _server.ApiTokenAsync("admin.read");

        _server.Clock.Advance(TimeSpan.FromMinutes(2.5));

        var second = await _server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken);
        SignerOf(second.AccessToken).ShouldNotBe(SignerOf(token), StringComparer.Ordinal);
        (await _server.IntrospectAsync(token)).Body.ShouldContain("\"active\":true");
        (await _server.ApiAsync(HttpMethod.Get, "/admin/api/keys", api)).Status.ShouldBe(200);
        (await _server.RevokeAsync(other)).Status.ShouldBe(200);
        (await _server.IntrospectAsync(other)).Body.ShouldBe("""{"active":false}""");
    }

    [Fact]
    public async Task A_retired_key_is_published_until_its_last_token_is_over_and_deleted_a_day_later()
    {
        var first = await _server.SignerAsync();
        var next = await _server.RotateAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(75) - s_tick);
        (await KeyIdsAsync(_server.Http)).ShouldBe([next.KeyId, first]);

        _server.Clock.Advance(s_tick);

        (await KeyIdsAsync(_server.Http)).ShouldBe([next.KeyId]);
        (await _server.Rotation().ListAsync(default)).Select(k => k.State).ShouldBe([KeyState.Active, KeyState.Gone]);
        var maintenance = _server.Services.GetRequiredService<Maintenance>();
        (await maintenance.RunOnceAsync(_server.Now.AddDays(1), default))!.Value.Keys.ShouldBe(0);
        (await maintenance.RunOnceAsync(_server.Now.AddDays(1) + s_tick, default))!.Value.Keys.ShouldBe(1);
        (await _server.Rotation().ListAsync(default)).Select(k => k.KeyId).ShouldBe([next.KeyId]);
        SignerOf(await _server.FirstTokenAsync()).ShouldBe(next.KeyId);
    }

    [Fact]
    public async Task While_a_next_key_waits_there_is_no_other()
    {
        var next = await _server.RotateAsync();
        var records = (await _server.RecordsAsync()).Count;

        (await _server.Rotation().RotateAsync(Ops, null, default)).ShouldBe(new KeyRotationOutcome.Waiting(next));

        (await _server.RecordsAsync()).Count.ShouldBe(records);
        _server.Clock.Advance(TimeSpan.FromMinutes(10));
        await _server.RotateAsync();
        (await KeyIdsAsync(_server.Http)).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Of_ten_rotations_at_once_one_succeeds_and_the_others_name_its_key()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _server.Rotation().RotateAsync(Ops, null, default))));

        var next = outcomes.OfType<KeyRotationOutcome.Rotated>().ShouldHaveSingleItem().Next;
        outcomes.OfType<KeyRotationOutcome.Waiting>().Select(w => w.Next).ShouldAllBe(k => k == next);
    }

    [Fact]
    public async Task A_rotation_is_on_record()
    {
        var next = await _server.RotateAsync();

        var record = await _server.LastRecordAsync();
        (record.At, record.Kind, record.Reason, record.ClientId, record.Source, record.Detail)
            .ShouldBe((_server.Now, RecordKind.Configuration, "key_rotated", World.Ops, "127.0.0.1", $"new key {next.KeyId}, signs from 2026-03-02T10:10:00.5000000+00:00"));
    }

    [Fact]
    public async Task Another_node_notices_within_a_second_and_both_agree()
    {
        await using var other = await Node.BesideAsync(_server);
        var first = await KeyIdsAsync(other.Http);
        var next = await _server.RotateAsync();
        (await KeyIdsAsync(other.Http)).ShouldBe(first, "it has looked just now");

        _server.Clock.Advance(SigningKeys.FreshFor);

        (await KeyIdsAsync(other.Http)).ShouldBe([.. first, next.KeyId]);
        _server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await KeyIdsAsync(other.Http)).ShouldBe(await KeyIdsAsync(_server.Http));
        using var request = new FormUrlEncodedContent([new("grant_type", GrantTypes.ClientCredentials), new("client_id", World.Ops), new("client_secret", World.Secret)]);
        var answer = await (await other.Http.PostAsync("/token", request)).Content.ReadAsStringAsync();
        SignerOf((string)System.Text.Json.Nodes.JsonNode.Parse(answer)!["access_token"]!).ShouldBe(next.KeyId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_relying_app_accepts_every_token_across_a_rotation(bool enforces)
    {
        await using var app = await RelyingApp.StartAsync(_server, configure: o =>
            o.Enforcement = enforces ? new ResourceServer.ActorTokenEnforcement { ClientId = World.MailApi, ClientSecret = World.Secret } : null);
        await _server.RotateAsync();
        var signers = new HashSet<string>(StringComparer.Ordinal);
        string? earlier = null;

        // Around the minute at which the next key takes over, and that at which the former is published no more.
        foreach (var (half, step) in Enumerable.Range(0, 24).Select(i => (i, 30)).Append((24, 60 * 60)).Concat(Enumerable.Range(144, 12).Select(i => (i, 30))))
        {
            var token = await _server.FirstTokenAsync();
            signers.Add(SignerOf(token));
            (await AnswerAsync(app, token)).ShouldStartWith("messages ", customMessage: $"after {half / 2.0} minutes");
            if (earlier is not null)
            {
                (await AnswerAsync(app, earlier)).ShouldStartWith("messages ", customMessage: $"the one before, after {half / 2.0} minutes");
            }

            earlier = step == 30 ? token : null;
            _server.Clock.Advance(TimeSpan.FromSeconds(step));
        }

        signers.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_keys_are_told_for_five_minutes_while_the_database_does_not_answer_and_nothing_is_signed()
    {
        var keys = await KeyIdsAsync(_server.Http);
        await RenameAsync("SigningKeys", "Away");
        _server.Clock.Advance(TimeSpan.FromSeconds(1));

        (await _server.FirstHopAsync()).Status.ShouldBe(503);
        (await KeyIdsAsync(_server.Http)).ShouldBe(keys);
        _server.Clock.Advance(TimeSpan.FromMinutes(5));
        (await _server.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/jwks"))).Status.ShouldBe(503);

        await RenameAsync("Away", "SigningKeys");
        (await KeyIdsAsync(_server.Http)).ShouldBe(keys);
        (await _server.FirstHopAsync()).Status.ShouldBe(200);
    }

    // Here time leaps, and what an app that receives events has heard is old at once: it says so with 503 until it has heard again, and where it waits
    // before it asks again, time has to go on.
    private async Task<string> AnswerAsync(RelyingApp app, string token)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            var answer = await app.GetAsync(token);
            if (answer.Status != 503 || since.Elapsed > TimeSpan.FromSeconds(20))
            {
                return answer.Body;
            }

            _server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private async Task RenameAsync(string from, string to)
    {
        await using var connection = new SqliteConnection($"Data Source={_server.DatabasePath}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"ALTER TABLE {from} RENAME TO {to}";
        await command.ExecuteNonQueryAsync();
    }
}
