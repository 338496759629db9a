using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>Publishing: one at a time, over what was seen, on record, and with four-eyes by somebody else.</summary>
public sealed class PublicationTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PolicyWorld.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_published_draft_holds_with_the_answer_and_is_gone()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(2), "Shorter");
        ((int)(await _server.FirstHopAsync()).Json["expires_in"]!).ShouldBe(300);

        var answer = await _server.AdminAsync(HttpMethod.Post, $"{draft}/publication", """{"note":"as agreed"}""", "\"1\"");

        answer.Body.ShouldBe("""{"version":2,"changes":[{"change":"changed","kind":"policy","name":"triage-by-inbox-agent","members":[{"path":"limits.maxLifetime","from":"00:05:00","to":"00:02:00"}]}]}""");
        answer.Status.ShouldBe(200);
        ((int)(await _server.FirstHopAsync()).Json["expires_in"]!).ShouldBe(120);
        (await _server.AdminAsync(HttpMethod.Get, draft)).Status.ShouldBe(404);
        var record = (await _server.RecordsAsync()).Single(r => r.Reason == "published");
        (record.Kind, record.ClientId, record.PolicySetVersion, record.Source, record.Detail).ShouldBe(
            (RecordKind.Configuration, World.Ops, 2, "127.0.0.1", $"draft {draft[8..]}: Shorter\n~ policy triage-by-inbox-agent\n    limits.maxLifetime: 00:05:00 -> 00:02:00"));
    }

    [Fact]
    public async Task The_versions_are_listed_newest_first_and_read_one_by_one()
    {
        await _server.PublishAsync(await _server.BeginAsync(PolicyWorld.Shorter(2)));
        await _server.AdminAsync(HttpMethod.Post, $"{await _server.BeginAsync(PolicyWorld.Shorter(1))}/publication", """{"note":"even shorter"}""", "\"1\"");
        var first = PolicySet.Hash(World.Configuration.Purposes!, World.Configuration.Policies!);

        var page = await _server.AdminAsync(HttpMethod.Get, "/policy-sets?limit=2");
        var versions = page.Json["versions"]!.AsArray();

        versions.Select(v => ((long)v!["version"]!, (string)v["publishedBy"]!, (string?)v["note"])).ShouldBe([(3, World.Ops, "even shorter"), (2, World.Ops, null)]);
        ((long)page.Json["before"]!).ShouldBe(2);
        (await _server.AdminAsync(HttpMethod.Get, "/policy-sets?limit=2&before=2")).Body.ShouldBe(
            $$"""{"versions":[{"version":1,"contentHash":"{{first}}","publishedAt":"2026-03-02T10:00:00.5+00:00","publishedBy":"test"}]}""");
        (await _server.AdminAsync(HttpMethod.Get, "/policy-sets/1")).Body.ShouldBe(
            $$"""{"version":1,"contentHash":"{{first}}","publishedAt":"2026-03-02T10:00:00.5+00:00","publishedBy":"test",{{PolicyWorld.Content()}}}""");
        ((string)(await _server.AdminAsync(HttpMethod.Get, "/policy-sets/4")).Json["detail"]!).ShouldBe("There is no such version.");
        (await _server.AdminAsync(HttpMethod.Get, "/policy-sets?limit=101&before=x")).Json["errors"]!.Text().ShouldBe("""{"before":["write a version"],"limit":["write a number from 1 to 100"]}""");
    }

    [Fact]
    public async Task Rolling_back_publishes_an_earlier_content_as_a_new_version()
    {
        await _server.PublishAsync(await _server.BeginAsync(PolicyWorld.Shorter(2)));
        var back = (string)(await _server.AdminAsync(HttpMethod.Post, "/drafts", """{"title":"Back to 1","fromVersion":1}""")).Json["id"]!;

        (await _server.PublishAsync($"/drafts/{back}")).Status.ShouldBe(200);

        var versions = (await _server.AdminAsync(HttpMethod.Get, "/policy-sets")).Json["versions"]!.AsArray();
        versions.Select(v => (long)v!["version"]!).ShouldBe([3, 2, 1]);
        ((string)versions[0]!["contentHash"]!).ShouldBe((string)versions[2]!["contentHash"]!);
        (await _server.StoredAsync()).Lifetime().ShouldBe("00:05:00");
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("", 200)]
    [InlineData("{}", 200)]
    [InlineData("[]", 400)]
    [InlineData("""{"note":"a\nb"}""", 400)]
    [InlineData("""{"note":"a","version":9}""", 400)]
    public async Task Nothing_needs_to_be_said_about_a_publication(string? json, int status)
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(2));

        (await _server.AdminAsync(HttpMethod.Post, $"{draft}/publication", json, "\"1\"")).Status.ShouldBe(status);

        (await _server.StoredAsync()).PolicySetVersion.ShouldBe(status == 200 ? 2 : 1);
    }

    [Fact]
    public async Task What_is_published_already_is_not_published_again()
    {
        var answer = await _server.PublishAsync(await _server.BeginAsync(PolicyWorld.Content()));

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((409, "The draft is what is published already, as version 1."));
    }

    [Fact]
    public async Task A_draft_that_was_overtaken_shows_both_and_is_published_once_that_was_looked_at()
    {
        var late = await _server.BeginAsync(PolicyWorld.Shorter(3));
        await _server.PublishAsync(await _server.BeginAsync(PolicyWorld.Shorter(2)));

        var answer = await _server.PublishAsync(late);

        answer.Status.ShouldBe(409);
        ((string)answer.Json["detail"]!).ShouldBe(
            "The draft is based on version 1, and version 2 has been published since. Look at what it changed, put into the draft what it must keep, and write it with basedOn 2.");
        (answer.Json["basedOn"]!.Text(), answer.Json["published"]!.Text(), answer.Json["changes"]!.Text()).ShouldBe(
            ("1", "2", """[{"change":"changed","kind":"policy","name":"triage-by-inbox-agent","members":[{"path":"limits.maxLifetime","from":"00:05:00","to":"00:02:00"}]}]"""));
        (await _server.StoredAsync()).Lifetime().ShouldBe("00:02:00");

        (await _server.AdminAsync(HttpMethod.Put, late, $$"""{"title":"Three","basedOn":2,{{PolicyWorld.Shorter(3)}}}""", "\"1\"")).Status.ShouldBe(200);
        (await _server.PublishAsync(late, "\"2\"")).Status.ShouldBe(200);
        (await _server.StoredAsync()).Lifetime().ShouldBe("00:03:00");
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_exactly_one_succeeds()
    {
        for (var round = 0; round < 5; round++)
        {
            var before = (await _server.StoredAsync()).PolicySetVersion;
            string[] drafts = [await _server.BeginAsync(PolicyWorld.Shorter(10 + round)), await _server.BeginAsync(PolicyWorld.Shorter(20 + round))];
            var token = await _server.TokenAsync(World.Ops);

            var answers = await Task.WhenAll(drafts.Append(drafts[0]).Select(d => _server.ApiAsync(HttpMethod.Post, $"/admin/api{d}/publication", token, null, "\"1\"")));

            answers.Count(a => a.Status == 200).ShouldBe(1);
            answers.ShouldAllBe(a => a.Status == 200 || a.Status == 409 || a.Status == 404);
            (await _server.StoredAsync()).PolicySetVersion.ShouldBe(before + 1);
        }
    }

    [Fact]
    public async Task Who_applies_and_who_publishes_at_once_lose_nothing_of_each_other()
    {
        for (var round = 1; round <= 5; round++)
        {
            var draft = await _server.BeginAsync(PolicyWorld.Shorter(10 + round));
            var title = $"Round {round}";
            var client = PolicyWorld.Configuration.Clients![0] with { Name = title };

            var publishing = _server.Services.GetRequiredService<PolicyDrafts>().PublishAsync(draft[8..], 1, null, PolicyWorld.Caller(), default);
            var applying = _server.Editor.ApplyAsync(new ExchangeConfiguration { Clients = [client, .. PolicyWorld.Configuration.Clients.Skip(1)] }, "apply", dryRun: false, default);
            await Task.WhenAll(publishing, applying);

            (await publishing).ShouldBeOfType<DraftOutcome.Published>();
            var stored = await _server.StoredAsync();
            (stored.Content.Clients!.Single(c => c.ClientId == client.ClientId).Name, stored.Lifetime()).ShouldBe((title, $"00:{10 + round}:00"));
        }
    }

    [Fact]
    public async Task With_four_eyes_nobody_publishes_what_they_have_written()
    {
        await using var server = await PolicyWorld.StartAsync(fourEyes: true);
        var draft = await server.BeginAsync(PolicyWorld.Shorter(2), "Shorter");

        var refused = await server.PublishAsync(draft);
        var record = await server.LastRecordAsync();

        (refused.Status, (string)refused.Json["error"]!, (string)refused.Json["detail"]!).ShouldBe((403, "four_eyes", "You have written this draft. With Policies:FourEyes somebody else must publish it."));
        (record.Kind, record.Reason, record.ClientId).ShouldBe((RecordKind.Configuration, "four_eyes_refused", World.Ops));
        record.Detail.ShouldBe($"draft {draft[8..]}: Shorter\n~ policy triage-by-inbox-agent\n    limits.maxLifetime: 00:05:00 -> 00:02:00");
        (await server.StoredAsync()).PolicySetVersion.ShouldBe(1);
        (await server.PublishAsync(draft, client: PolicyWorld.Second)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task With_four_eyes_whoever_wrote_once_has_written()
    {
        await using var server = await PolicyWorld.StartAsync(fourEyes: true);
        var draft = await server.BeginAsync(PolicyWorld.Shorter(2));
        await server.AdminAsync(HttpMethod.Put, draft, $$"""{"title":"Mine now",{{PolicyWorld.Shorter(3)}}}""", "\"1\"", PolicyWorld.Second);

        (await server.PublishAsync(draft, "\"2\"")).Status.ShouldBe(403);
        (await server.PublishAsync(draft, "\"2\"", PolicyWorld.Second)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Without_four_eyes_who_wrote_it_publishes_it() => (await _server.PublishAsync(await _server.BeginAsync(PolicyWorld.Shorter(2)))).Status.ShouldBe(200);
}
