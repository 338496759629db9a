using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Clients;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Clients;

/// <summary>A client's secret is made here, shown once, and changed over without the client standing still.</summary>
public sealed class ClientSecretsTests : IAsyncLifetime
{
    private static readonly Editing Alice = new(new Caller("admin:alice", null), MayPublish: false);

    private RunningServer _server = null!;

    private ClientSecrets Secrets => _server.Services.GetRequiredService<ClientSecrets>();

    private ItemEditor Editor => _server.Services.GetRequiredService<ItemEditor>();

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void A_new_secret_is_256_bits_and_does_not_show_by_itself()
    {
        var (one, two) = (ClientSecrets.New(), ClientSecrets.New());

        System.Buffers.Text.Base64Url.DecodeFromChars(one.Value).Length.ShouldBe(32);
        one.Value.ShouldNotBe(two.Value, StringComparer.Ordinal);
        one.Sha256.ShouldBe(System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(one.Value))));
        new SecretGiven(new ItemOutcome<ClientDefinition>.NotFound(), one).ToString().ShouldNotContain(one.Value);
    }

    [Fact]
    public async Task A_client_that_is_added_can_use_its_secret_and_nothing_else_holds_it()
    {
        var given = await Secrets.CreateAsync(new ClientDefinition { ClientId = "new-agent", Name = "New", Kind = ClientKind.AiAgent, Jwks = World.AgentKey.Jwks }, Alice, default);

        var saved = given.Outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
        (await StatusAsync("new-agent", given.Secret!.Value)).ShouldBe(400, "it is known, and has no policy yet");
        (saved.Current!.Definition.SecretSha256, saved.Current.Definition.Jwks).ShouldBe((given.Secret.Sha256, null));
        var record = (await _server.RecordsAsync()).First(r => r.Reason == "applied");
        record.Detail.ShouldBe("+ client new-agent\n    name: New\n    kind: ai_agent\n    secretSha256: …");
        (await Secrets.CreateAsync(new ClientDefinition { ClientId = "new-agent", Name = "New", Kind = ClientKind.AiAgent }, Alice, default)).Secret.ShouldBeNull("nothing came of it");
    }

    [Fact]
    public async Task Both_secrets_are_accepted_until_the_old_one_ends()
    {
        var given = await RotateAsync(TimeSpan.FromDays(7));

        (await StatusAsync(World.InboxAgent, given)).ShouldBe(200);
        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(200);
        _server.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromTicks(1));
        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(200);
        _server.Clock.Advance(TimeSpan.FromTicks(1));

        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(401);
        (await _server.LastRecordAsync()).Detail.ShouldBe("the secret before the present one, which is no longer accepted");
        (await StatusAsync(World.InboxAgent, given)).ShouldBe(200);
        (await StatusAsync(World.InboxAgent, World.Secret + "x")).ShouldBe(401);
        (await _server.LastRecordAsync()).Detail.ShouldBe("wrong secret");
    }

    [Fact]
    public async Task The_old_one_can_be_withdrawn_at_once()
    {
        var given = await RotateAsync(TimeSpan.FromDays(7));

        var outcome = await Secrets.WithdrawPreviousAsync(World.InboxAgent, await TagAsync(), Alice, default);

        outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>().Changes.SelectMany(c => c.Lines).ShouldBe(
            ["~ client inbox-agent", "    previousSecretSha256: … -> none", "    previousSecretExpires: 2026-03-09T10:00:00.5+00:00 -> none"]);
        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(401);
        (await StatusAsync(World.InboxAgent, given)).ShouldBe(200);
    }

    [Fact]
    public async Task Nothing_is_kept_when_nothing_shall_be()
    {
        var given = await RotateAsync(TimeSpan.Zero);

        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(401);
        (await _server.LastRecordAsync()).Detail.ShouldBe("wrong secret");
        (await StatusAsync(World.InboxAgent, given)).ShouldBe(200);
    }

    [Fact]
    public async Task Only_one_secret_is_kept_beside_the_present_one()
    {
        var first = await RotateAsync(TimeSpan.FromDays(30));
        var second = await RotateAsync(TimeSpan.FromHours(1));

        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(401);
        (await StatusAsync(World.InboxAgent, first)).ShouldBe(200);
        (await StatusAsync(World.InboxAgent, second)).ShouldBe(200);
    }

    [Fact]
    public async Task The_change_is_on_record_without_either_hash()
    {
        await RotateAsync(TimeSpan.FromDays(7));

        var record = await _server.LastRecordAsync();
        (record.Reason, record.ClientId).ShouldBe(("applied", "admin:alice"));
        record.Detail.ShouldBe("~ client inbox-agent\n    secretSha256: changed\n    previousSecretSha256: none -> …\n    previousSecretExpires: none -> 2026-03-09T10:00:00.5+00:00");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData((30 * 24 * 60 * 60) + 1)]
    public async Task It_is_not_kept_for_longer_than_thirty_days(int seconds)
    {
        var given = await Secrets.RotateAsync(World.InboxAgent, await TagAsync(), TimeSpan.FromSeconds(seconds), Alice, default);

        given.Outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.ShouldBe([new MemberProblem("keepOldFor", "write a duration from 00:00:00 to 30.00:00:00")]);
        (given.Secret, await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe((null, 200));
    }

    [Fact]
    public async Task A_client_with_keys_gets_no_secret_that_way()
    {
        var tag = (await Editor.FindAsync(ItemKinds.Clients, World.KeyAgent, default))!.Tag;

        var given = await Secrets.RotateAsync(World.KeyAgent, tag, TimeSpan.Zero, Alice, default);

        given.Outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Invalid>().Problems.Own.ShouldBe([new MemberProblem("secretSha256", "this client authenticates in another way than with a secret")]);
        given.Secret.ShouldBeNull();
    }

    [Fact]
    public async Task Of_two_who_rotate_at_once_one_gets_a_secret_and_the_other_is_told()
    {
        var tag = await TagAsync();

        var given = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Secrets.RotateAsync(World.InboxAgent, tag, TimeSpan.FromDays(1), Alice, default)));

        given.Count(g => g.Secret is not null && g.Outcome is ItemOutcome<ClientDefinition>.Saved).ShouldBe(1);
        given.Count(g => g.Secret is null && g.Outcome is ItemOutcome<ClientDefinition>.Conflict).ShouldBe(1);
        (await StatusAsync(World.InboxAgent, given.Single(g => g.Secret is not null).Secret!.Value)).ShouldBe(200);
        (await StatusAsync(World.InboxAgent, World.Secret)).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_exported_in_between_is_applied_as_it_was()
    {
        var given = await RotateAsync(TimeSpan.FromDays(7));
        await using var other = await RunningServer.StartAsync(await _server.Editor.ExportAsync(default));

        (await Status(other, World.Secret)).ShouldBe(200);
        (await Status(other, given)).ShouldBe(200);
        other.Clock.Advance(TimeSpan.FromDays(7));
        (await Status(other, World.Secret)).ShouldBe(401);

        static async Task<int> Status(RunningServer server, string secret) => (await server.PostAsync("/token", World.InboxAgent, secret, Request(server))).Status;
    }

    private static (string, string?)[] Request(RunningServer server) =>
    [
        ("grant_type", GrantTypes.TokenExchange), ("subject_token", server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage),
    ];

    private async Task<string> TagAsync() => (await Editor.FindAsync(ItemKinds.Clients, World.InboxAgent, default))!.Tag;

    private async Task<string> RotateAsync(TimeSpan keepOldFor)
    {
        var given = await Secrets.RotateAsync(World.InboxAgent, await TagAsync(), keepOldFor, Alice, default);
        given.Outcome.ShouldBeOfType<ItemOutcome<ClientDefinition>.Saved>();
        return given.Secret!.Value;
    }

    private async Task<int> StatusAsync(string client, string secret) => (await _server.PostAsync("/token", client, secret, Request(_server))).Status;
}
