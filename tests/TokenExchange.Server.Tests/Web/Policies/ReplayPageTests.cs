using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Simulation;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>What a draft would have changed, without script and with it.</summary>
public sealed class ReplayPageTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Browser _ada = null!;
    private string _draft = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PolicyPages.StartAsync();
        _ada = await _server.SignInAsync("ada");
        await _server.FirstHopAsync(("scope", "mail.read"));
        await _server.FirstHopAsync(("scope", "mail.label"));
        _draft = await _ada.BeginAsync();
        await _ada.SaveAsync(_draft, PolicyPages.Inbox, f => f.With("Input.Scopes", "mail.read"));
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_script_the_answer_is_the_page_with_the_result()
    {
        var answer = await ReplayAsync();

        answer.Status.ShouldBe(200);
        var words = PolicyPages.Words(answer.Body);
        words.ShouldContain("1 of 2 would have changed 1 unchanged 1 would be denied 0 would be permitted 0 would differ otherwise");
        words.ShouldContain("inbox-agent inbox.triage would be denied permit scope_not_permitted 1 the one");
        words.ShouldContain("for alice at https://mail.example, asked for mail.label before: permit mail.label under inbox.triage by triage-by-inbox-agent after: deny scope_not_permitted");
        var entry = PolicyPages.Links(answer.Body).Single(l => l.StartsWith("/admin/audit/entry?id=", StringComparison.Ordinal));
        PolicyPages.Words(await _ada.PageAsync(entry)).ShouldContain("mail.label");
    }

    [Fact]
    public async Task With_script_it_is_lines_of_progress_and_at_the_end_the_result_as_a_part_of_the_page()
    {
        var answer = await ReplayAsync("&handler=Stream");

        (answer.Status, answer.ContentType).ShouldBe((200, "application/x-ndjson; charset=utf-8"));
        var lines = answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[..2].ShouldBe(["""{"replayed":0,"of":2}""", """{"replayed":2,"of":2}"""]);
        lines.Length.ShouldBe(3);
        var html = (string)JsonNode.Parse(lines[2])!["html"]!;
        html.ShouldContain("1 of 2 would have changed");
        html.ShouldNotContain("<html");
    }

    [Fact]
    public async Task Whoever_publishes_sees_what_the_last_replay_found_and_whether_the_draft_has_changed_since()
    {
        var path = PolicyPages.At("publish", _draft);
        PolicyPages.Words(await _ada.PageAsync(path)).ShouldContain("Nobody has replayed it on what was recorded.");
        await ReplayAsync();

        const string found = "admin:ada replayed 2 records: 1 unchanged, 1 would be denied, 0 would be permitted, 0 would differ otherwise. ";
        PolicyPages.Words(await _ada.PageAsync(path)).ShouldContain(found + "Replay it");
        await _ada.ShortenAsync(_draft, 2);

        PolicyPages.Words(await _ada.PageAsync(path)).ShouldContain(found + "The draft has been changed since. Replay it");
    }

    [Fact]
    public async Task Where_as_many_run_as_may_it_says_so_politely_and_takes_no_turn()
    {
        var replayer = _server.Services.GetRequiredService<Replayer>();
        using (replayer.TryBegin())
        using (replayer.TryBegin())
        {
            var answer = await ReplayAsync();
            (answer.Status, answer.Headers.RetryAfter!.ToString()).ShouldBe((429, "5"));
            PolicyPages.Words(answer.Body).ShouldContain("Two replays are running on this server, which is as many as it runs at once. Try again in a few seconds.");
            (await ReplayAsync("&handler=Stream")).Body.ShouldBe("""{"problem":"Two replays are running on this server, which is as many as it runs at once. Try again in a few seconds."}""" + "\n");
        }

        (await ReplayAsync()).Status.ShouldBe(200);
        using var one = replayer.TryBegin();
        using var two = replayer.TryBegin();
        (one is not null && two is not null).ShouldBeTrue("a turn that was taken was given back");
    }

    [Fact]
    public async Task A_draft_that_is_wrong_is_not_replayed()
    {
        await _ada.ShortenAsync(_draft, 90);

        PolicyPages.Words((await ReplayAsync()).Body).ShouldContain("A draft that is wrong cannot answer questions.");
    }

    [Fact]
    public async Task Only_so_many_records_as_can_be_chosen_are_replayed()
    {
        var path = PolicyPages.At("replay", _draft);

        var answer = await _ada.SendAsync(path, (await _ada.FormAsync(path, "Last")).With("Last", "100000000"));

        PolicyPages.Words(answer.Body).ShouldContain("Choose how many records.");
    }

    private async Task<Answer> ReplayAsync(string handler = "")
    {
        var path = PolicyPages.At("replay", _draft);
        return await _ada.SendAsync(path + handler, await _ada.FormAsync(path, "Last"));
    }
}
