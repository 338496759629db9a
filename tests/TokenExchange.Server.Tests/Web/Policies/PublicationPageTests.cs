using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Policies;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>From draft to version and back, as people with a browser do it.</summary>
public sealed class PublicationPageTests
{
    [Fact]
    public async Task A_draft_is_published_with_a_note_and_is_then_a_version()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        await ada.ShortenAsync(draft, 2);
        var path = PolicyPages.At("publish", draft);
        var page = await ada.PageAsync(path);
        PolicyPages.Words(page).ShouldContain("What it would change: 1 policy changed Sort my inbox inbox.triage changed policy triage-by-inbox-agent");
        PolicyPages.Words(page).ShouldContain("Token lifetime 5\u00a0min 2\u00a0min");

        var answer = await ada.SendAsync(path, PageForm.In(page, "Note").With("Note", " as agreed on Monday "));

        answer.To().ShouldBe("/admin/policies/versions/2");
        PolicyPages.Words(await ada.FollowAsync(answer)).ShouldContain("Published: version 2 is in force on every node.");
        PolicyPages.Words(await ada.PageAsync("/admin/policies/versions")).ShouldContain("Version 2 in force 2026-03-02 10:00:00 UTC admin:ada as agreed on Monday 1 policy changed Version 1 2026-03-02 10:00:00 UTC test – 4 purposes added, 6 policies added");
        (await server.StoredAsync()).Lifetime().ShouldBe("00:02:00");
        (await ada.GetAsync(path)).Status.ShouldBe(404, "the draft is gone");
        var record = (await server.RecordsAsync()).Single(r => r.Reason == "published");
        (record.ClientId, record.PolicySetVersion, record.Kind).ShouldBe(("admin:ada", 2, RecordKind.Configuration));
    }

    [Fact]
    public async Task What_was_not_seen_is_not_published()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        using var ben = await server.SignInAsync("ben");
        var draft = await ada.BeginAsync();
        await ada.ShortenAsync(draft, 2);
        var form = await ada.FormAsync(PolicyPages.At("publish", draft), "Note");
        await ben.ShortenAsync(draft, 1);

        var answer = await ada.SendAsync(PolicyPages.At("publish", draft), form.With("Note", "mine"));

        answer.Status.ShouldBe(200);
        PolicyPages.Words(answer.Body).ShouldContain("Not published. admin:ben has changed the draft since you looked at it. Nothing was changed.");
        PageForm.In(answer.Body, "Note")["Note"].ShouldBe("mine");
        (await server.StoredAsync()).PolicySetVersion.ShouldBe(1);
        (await ada.SendAsync(PolicyPages.At("publish", draft), PageForm.In(answer.Body, "Note"))).To().ShouldBe("/admin/policies/versions/2");
        (await server.StoredAsync()).Lifetime().ShouldBe("00:01:00");
    }

    [Fact]
    public async Task With_four_eyes_somebody_else_publishes()
    {
        await using var server = await PolicyPages.StartAsync(fourEyes: true);
        using var ada = await server.SignInAsync("ada");
        using var ben = await server.SignInAsync("ben", Roles.Approver);
        var draft = await ada.BeginAsync();
        await ada.ShortenAsync(draft, 2);
        var path = PolicyPages.At("publish", draft);

        var own = await ada.PageAsync(path);
        PolicyPages.Words(own).ShouldContain("You have written this draft; somebody else must publish it.");
        own.ShouldNotContain("name=\"Note\"");
        var theirs = await ben.FormAsync(path, "Note");
        var forced = await ada.PostAsync(path, ("_csrf", PageForm.In(await ada.PageAsync("/admin/policies/new"), "Title")["_csrf"]!), ("Seen", theirs["Seen"]!));

        forced.Status.ShouldBe(200);
        PolicyPages.Words(forced.Body).ShouldContain("Not published. You have written this draft; somebody else must publish it.");
        (await server.LastRecordAsync()).Reason.ShouldBe("four_eyes_refused");
        (await server.StoredAsync()).PolicySetVersion.ShouldBe(1);
        (await ben.SendAsync(path, theirs)).To().ShouldBe("/admin/policies/versions/2");
        (await server.RecordsAsync()).Single(r => r.Reason == "published").ClientId.ShouldBe("admin:ben");
    }

    [Fact]
    public async Task What_is_wrong_or_changes_nothing_has_no_button_and_is_refused_if_sent_anyway()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        var path = PolicyPages.At("publish", draft);
        var token = (await ada.FormAsync("/admin/policies/new", "Title"))["_csrf"]!;

        (await ada.PageAsync(path)).ShouldNotContain("name=\"Note\"");
        PolicyPages.Words((await ada.PostAsync(path, ("_csrf", token), ("Seen", "1"))).Body).ShouldContain("Not published. The draft is just what is published as version 1");
        await ada.ShortenAsync(draft, 90);
        (await ada.PageAsync(path)).ShouldNotContain("name=\"Note\"");
        PolicyPages.Words((await ada.PostAsync(path, ("_csrf", token), ("Seen", "2"))).Body).ShouldContain("Not published. It cannot be: policies[0].limits.maxLifetime: write a duration");
        (await server.StoredAsync()).PolicySetVersion.ShouldBe(1);
    }

    [Fact]
    public async Task A_draft_that_was_overtaken_takes_over_what_it_does_not_touch_and_is_then_published()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var (first, second) = (await ada.BeginAsync("First"), await ada.BeginAsync("Second"));
        await ada.ShortenAsync(first, 2);
        await ada.ShortenAsync(first, 4, "triage-by-key-agent");
        await ada.ShortenAsync(second, 3);
        await ada.ShortenAsync(second, 1, "answer-by-inbox-agent");
        await ada.SendAsync(PolicyPages.At("publish", second), await ada.FormAsync(PolicyPages.At("publish", second), "Note"));
        var path = PolicyPages.At("changes", first);

        var page = await ada.PageAsync(path);

        PolicyPages.Words(await ada.PageAsync("/admin/policies")).ShouldContain("First overtaken by version 2 version 1");
        PolicyPages.Words(page).ShouldContain("Version 2 has been published since this draft was begun from version 1");
        PolicyPages.Words(page).ShouldContain("Changed both there and here, so that the draft's stays and theirs is undone unless you edit it: policy triage-by-inbox-agent");
        PolicyPages.Words(page).ShouldContain("What was published meanwhile, from version 1 to version 2: 2 policies changed");
        PolicyPages.Words(await ada.PageAsync(PolicyPages.At("publish", first))).ShouldContain("It must be rebased: version 2 has been published since it was begun.");
        var answer = await ada.SendAsync(path, PageForm.In(page, "rebase"));
        PolicyPages.Words(await ada.FollowAsync(answer)).ShouldContain("The draft is based on version 2 now, with what that brought where the draft did not say otherwise.");
        (await ada.SendAsync(PolicyPages.At("publish", first), await ada.FormAsync(PolicyPages.At("publish", first), "Note"))).To().ShouldBe("/admin/policies/versions/3");
        var lifetimes = (await server.StoredAsync()).Content.Policies!.ToDictionary(p => p.Name, p => p.Limits.MaxLifetime.TotalMinutes, StringComparer.Ordinal);
        (lifetimes["triage-by-inbox-agent"], lifetimes["triage-by-key-agent"], lifetimes["answer-by-inbox-agent"]).ShouldBe((2, 4, 1));
    }

    [Fact]
    public async Task It_can_be_rebased_as_it_is_and_only_on_the_version_that_was_looked_at()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        var path = PolicyPages.At("changes", draft);
        await server.ApplyAsync(new ExchangeConfiguration { Policies = [.. World.Configuration.Policies!.Skip(1)] });
        var form = await ada.FormAsync(path, "rebase");
        await server.ApplyAsync(new ExchangeConfiguration { Policies = [.. World.Configuration.Policies!.Skip(2)] });

        var late = await ada.SendAsync(path, form);

        PolicyPages.Words(late.Body).ShouldContain("Version 3 has been published while you were looking. Please look again.");
        await ada.FollowAsync(await ada.SendAsync(path, PageForm.In(late.Body, "rebase").With("Take", "false")));
        var now = (await server.DraftAsync(draft))!;
        (now.Header.BasedOn, now.Policies.Count).ShouldBe((3, 6), "it holds what it held");
    }

    [Fact]
    public async Task Going_back_is_a_draft_of_an_earlier_version()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        await server.ApplyAsync(new ExchangeConfiguration { Policies = [.. World.Configuration.Policies!.Skip(1)] });

        var answer = await ada.SendAsync("/admin/policies/versions/1", await ada.FormAsync("/admin/policies/versions/1"));

        PolicyPages.Words(await ada.FollowAsync(answer)).ShouldContain("The draft holds the content of version 1. Nothing changes until it is published.");
        var draft = (await server.DraftAsync(answer.To()!.Split("id=")[1]))!;
        (draft.Header.Title, draft.Header.BasedOn, draft.Policies.Count, (await server.StoredAsync()).PolicySetVersion).ShouldBe(("Back to version 1", 2, 6, 2));
    }

    [Fact]
    public async Task A_draft_is_deleted_as_it_was_seen()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        var path = PolicyPages.At("delete", draft);
        var form = await ada.FormAsync(path);
        await ada.ShortenAsync(draft, 2);

        var stale = await ada.SendAsync(path, form);

        PolicyPages.Words(stale.Body).ShouldContain("Nothing was changed. Look again, and delete it then if you still want to.");
        (await server.DraftAsync(draft)).ShouldNotBeNull();
        PolicyPages.Words(await ada.FollowAsync(await ada.SendAsync(path, PageForm.In(stale.Body)))).ShouldContain("The draft is deleted.");
        (await server.DraftAsync(draft)).ShouldBeNull();
    }

    [Theory]
    [InlineData("{", "it is not JSON: look at line 1, column 2")]
    [InlineData("""{"purposes":[],"policies":[{"name":1,"limits":{"maxLifetime":"5"}}]}""", "policies[0].name: write text")]
    [InlineData("""{"purposes":[],"policies":[{"name":1,"limits":{"maxLifetime":"5"}}]}""", "policies[0].limits.maxLifetime: write a duration, hh:mm:ss")]
    [InlineData("""{"purposes":[],"policies":[],"clients":[]}""", "A draft holds purposes and policies, nothing else")]
    [InlineData("""{"purposes":[]}""", "Write both purposes and policies")]
    [InlineData("", "it is not JSON")]
    public async Task What_is_wrong_in_JSON_is_said_with_its_member_and_what_was_written_stays(string text, string problem)
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        var path = PolicyPages.At("json", draft);

        var answer = await ada.SendAsync(path, (await ada.FormAsync(path, "Text")).With("Text", text));

        answer.Status.ShouldBe(200);
        PolicyPages.Words(answer.Body).ShouldContain(problem);
        PageForm.In(answer.Body, "Text")["Text"].ShouldBe(text);
        (await server.DraftAsync(draft))!.Header.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_draft_of_half_a_mebibyte_is_written_as_JSON_and_one_beyond_a_mebibyte_is_not()
    {
        await using var server = await PolicyPages.StartAsync();
        using var ada = await server.SignInAsync("ada");
        var draft = await ada.BeginAsync();
        var path = PolicyPages.At("json", draft);
        var form = await ada.FormAsync(path, "Text");

        (await SendAsync(ada, path, form.With("Text", Large(500)))).Status.ShouldBe(302);
        (await server.DraftAsync(draft))!.Purposes.Count.ShouldBe(500);
        var tooLarge = await SendAsync(ada, path, (await ada.FormAsync(path, "Text")).With("Text", Large(1_100)));
        PolicyPages.Words(tooLarge.Body).ShouldContain("purposes and policies are larger than 1 MiB together");
        (await server.DraftAsync(draft))!.Purposes.Count.ShouldBe(500);
    }

    // As browsers send it, in parts.
    private static async Task<Answer> SendAsync(Browser browser, string path, PageForm form)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in form.Fields)
        {
            content.Add(new StringContent(value), name);
        }

        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    private static string Large(int purposes) => JsonSerializer.Serialize(
        new ExchangeConfiguration
        {
            Purposes = [.. Enumerable.Range(0, purposes).Select(i => new PurposeDefinition { Purpose = $"p{i}", Title = "One of many", Description = new string('d', 980) })], Policies = [],
        },
        ConfigurationJson.Indented);
}
