using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Protocol;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;
using TokenExchange.Server.Tests.Laws;
using TokenExchange.Storage;
using TokenExchange.Storage.Audit;
using static TokenExchange.Server.Tests.Keys.KeyWorld;

namespace TokenExchange.Server.Tests.Keys;

/// <summary>A key that somebody else may have is replaced at once, and nothing that it ever signed is believed any more.</summary>
public sealed class KeyReplacementTests : IAsyncLifetime
{
    private const string Inactive = """{"active":false}""";

    private readonly Hook _hook = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        World.WithOps(World.Configuration), builder => builder.Services.ConfigureDbContext<ExchangeDbContext>(options => options.AddInterceptors(_hook)));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_new_key_signs_at_once_and_no_other_is_published()
    {
        var first = await _server.SignerAsync();
        var next = await _server.RotateAsync();

        var replaced = await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        replaced.Withdrawn.ShouldBe([next.KeyId, first]);
        (replaced.Active.State, replaced.Active.ActiveFrom).ShouldBe((KeyState.Active, _server.Now));
        (await KeyIdsAsync(_server.Http)).ShouldBe([replaced.Active.KeyId]);
        (await _server.SignerAsync()).ShouldBe(replaced.Active.KeyId);
        (await _server.Rotation().ListAsync(default)).Select(k => (k.KeyId, k.State, k.WithdrawnAt)).ShouldBe(
            [(replaced.Active.KeyId, KeyState.Active, null), (next.KeyId, KeyState.Withdrawn, _server.Now), (first, KeyState.Withdrawn, _server.Now)]);
    }

    [Fact]
    public async Task Every_token_dies_with_it()
    {
        var token = await _server.FirstTokenAsync();
        var child = (await _server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken)).AccessToken;
        var api = await _server.ApiTokenAsync();

        await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        (await _server.IntrospectAsync(token)).Body.ShouldBe(Inactive);
        (await _server.IntrospectAsync(child)).Body.ShouldBe(Inactive);
        var refused = await _server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken);
        (refused.Status, (string)refused.Json["error_uri"]!).ShouldBe((400, $"{_server.Issuer}/errors/subject_token_signature"));
        (await _server.ApiAsync(HttpMethod.Get, "/admin/api/keys", api)).Status.ShouldBe(401);
        var records = (await _server.RecordsAsync()).Count;
        (await _server.RevokeAsync(token)).Status.ShouldBe(200, "RFC 7009 §2.2: it is as dead as its client wants it");
        (await _server.RecordsAsync()).Count.ShouldBe(records);

        (await _server.IntrospectAsync(await _server.FirstTokenAsync())).Body.ShouldContain("\"active\":true");
    }

    [Fact]
    public async Task What_a_retired_key_signed_dies_as_well()
    {
        await _server.RotateAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(9));
        var token = await _server.FirstTokenAsync();
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _server.IntrospectAsync(token)).Body.ShouldContain("\"active\":true");

        (await _server.Rotation().ReplaceAtOnceAsync(Ops, default)).Withdrawn.Count.ShouldBe(2);

        (await _server.IntrospectAsync(token)).Body.ShouldBe(Inactive);
    }

    [Fact]
    public async Task It_is_on_record()
    {
        var first = await _server.ActiveKeyAsync();

        var replaced = await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        var record = await _server.LastRecordAsync();
        (record.At, record.Kind, record.Reason, record.ClientId, record.Source, record.Detail)
            .ShouldBe((_server.Now, RecordKind.Configuration, "key_withdrawn", World.Ops, "127.0.0.1", $"new key {replaced.Active.KeyId}, signs at once\nwithdrawn {first}"));
    }

    [Fact]
    public async Task Another_node_refuses_them_within_a_second()
    {
        await using var other = await Node.BesideAsync(_server);
        var token = await _server.FirstTokenAsync();
        (await IntrospectAsync(other, token)).ShouldContain("\"active\":true");

        var replaced = await _server.Rotation().ReplaceAtOnceAsync(Ops, default);
        _server.Clock.Advance(SigningKeys.FreshFor);

        (await IntrospectAsync(other, token)).ShouldBe(Inactive);
        (await KeyIdsAsync(other.Http)).ShouldBe([replaced.Active.KeyId]);
    }

    [Fact]
    public async Task A_second_replacement_replaces_the_first_one()
    {
        var first = await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        var second = await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        second.Withdrawn.ShouldBe([first.Active.KeyId]);
        (await KeyIdsAsync(_server.Http)).ShouldBe([second.Active.KeyId]);
    }

    [Fact]
    public async Task An_exchange_that_was_under_way_does_not_carry_a_dead_token_over()
    {
        var token = await _server.FirstTokenAsync();

        // Its signature was found good; now its roots are looked up.
        _hook.Once("FROM \"Revocations\"", () => _server.Rotation().ReplaceAtOnceAsync(Ops, default));
        var child = await _server.HopAsync(World.SummaryAgent, token, TokenTypes.AccessToken);

        _hook.HasRun.ShouldBeTrue();
        (await _server.IntrospectAsync(child.AccessToken)).Body.ShouldBe(Inactive);
    }

    [Fact]
    public async Task Withdrawn_keys_are_deleted_a_day_later()
    {
        await _server.Rotation().ReplaceAtOnceAsync(Ops, default);
        var maintenance = _server.Services.GetRequiredService<Maintenance>();

        (await maintenance.RunOnceAsync(_server.Now.AddDays(1), default))!.Value.Keys.ShouldBe(0);
        (await maintenance.RunOnceAsync(_server.Now.AddDays(1).AddTicks(1), default))!.Value.Keys.ShouldBe(1);
    }

    [Fact]
    public async Task A_relying_app_that_checks_offline_forgets_the_key_when_it_fetches_keys_again()
    {
        await using var app = await RelyingApp.StartAsync(_server);
        var (token, other) = (await _server.FirstTokenAsync(), await _server.FirstTokenAsync());
        (await app.GetAsync(token)).Status.ShouldBe(200);
        await _server.Rotation().ReplaceAtOnceAsync(Ops, default);
        (await app.GetAsync(token)).Status.ShouldBe(200, "as documented");
        _server.Clock.Advance(TimeSpan.FromSeconds(5));

        // The first token of the new key makes it fetch them.
        (await app.GetAsync(await _server.FirstTokenAsync())).Status.ShouldBe(200);

        (await app.GetAsync(token)).Status.ShouldBe(401);
        await app.ShouldRefuseAsync(other, "The token was signed with an unknown key.");
    }

    [Fact]
    public async Task A_relying_app_that_sees_no_new_token_forgets_the_key_within_five_minutes()
    {
        await _server.ApplyAsync(World.WithOps(World.Configuration) with
        {
            Policies = [.. World.Configuration.Policies!.Select(p => p with { Limits = p.Limits with { MaxLifetime = TimeSpan.FromHours(1) } })],
        });
        await using var app = await RelyingApp.StartAsync(_server);
        var token = (await _server.HopAsync(World.InboxAgent, _server.Assertion(c => c["exp"] = _server.Now.AddHours(1).ToUnixTimeSeconds()), TokenTypes.Jwt)).AccessToken;
        (await app.GetAsync(token)).Status.ShouldBe(200);
        await _server.Rotation().ReplaceAtOnceAsync(Ops, default);
        _server.Clock.Advance(TimeSpan.FromMinutes(5));

        // The first request finds the keys due and has them fetched in the background.
        await EventuallyAsync(app, token, 401);
    }

    [Fact]
    public async Task A_relying_app_that_receives_events_forgets_the_key_at_once_and_goes_on()
    {
        await using var app = await RelyingApp.StartAsync(_server, configure: o => o.Enforcement = new ActorTokenEnforcement { ClientId = World.MailApi, ClientSecret = World.Secret });
        var token = await _server.FirstTokenAsync();
        (await app.GetAsync(token)).Status.ShouldBe(200);
        _server.Clock.Advance(TimeSpan.FromSeconds(5));

        await _server.Rotation().ReplaceAtOnceAsync(Ops, default);

        await EventuallyAsync(app, token, 401);
        var fresh = await _server.FirstTokenAsync();
        (await app.GetAsync(fresh)).Status.ShouldBe(200);
    }

    private static async Task EventuallyAsync(RelyingApp app, string token, int status)
    {
        for (var since = Stopwatch.StartNew(); (await app.GetAsync(token)).Status != status; await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        }
    }

    private static async Task<string> IntrospectAsync(Node node, string token)
    {
        using var question = new FormUrlEncodedContent([new("token", token), new("client_id", World.MailApi), new("client_secret", World.Secret)]);
        return await (await node.Http.PostAsync("/introspect", question)).Content.ReadAsStringAsync();
    }

    /// <summary>Does something when a command that holds a text is about to run, once.</summary>
    private sealed class Hook : DbCommandInterceptor
    {
        private string _text = string.Empty;
        private Func<Task>? _act;

        public bool HasRun => _act is null && _text.Length > 0;

        public void Once(string text, Func<Task> act) => (_text, _act) = (text, act);

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (_act is not null && command.CommandText.Contains(_text, StringComparison.Ordinal) && Interlocked.Exchange(ref _act, null) is { } act)
            {
                await act();
            }

            return result;
        }
    }
}
