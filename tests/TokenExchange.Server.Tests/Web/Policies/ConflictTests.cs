using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>Two who write one draft: neither loses anything, and neither undoes what they have not seen.</summary>
public sealed class ConflictTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Browser _ada = null!;
    private Browser _ben = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PolicyPages.StartAsync();
        (_ada, _ben) = (await _server.SignInAsync("ada"), await _server.SignInAsync("ben", Roles.PolicyAuthor));
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        _ben.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Of_one_policy_both_versions_are_shown_and_mine_can_be_kept_on_top()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        await _ben.FollowAsync(await _ben.SaveAsync(draft, PolicyPages.Inbox, f => f.With("Input.Scopes", "mail.read")));

        var met = await _ada.SendAsync(path, mine, "save");

        met.Status.ShouldBe(200);
        PolicyPages.Words(met.Body).ShouldContain("Somebody has changed this policy since you opened it The draft was last changed by admin:ben . Nothing was saved, and nothing you typed is lost");
        PolicyPages.Words(met.Body).ShouldContain("Theirs and yours, where they differ Theirs and yours, policy triage-by-inbox-agent What Theirs Yours Scopes mail.read mail.read mail.label Token lifetime 5\u00a0min 3\u00a0min");
        var again = PageForm.In(met.Body, "Input.Name");
        again["Input.Limits.MaxLifetime.Value"].ShouldBe("3");
        again.All("Input.Scopes").ShouldBe(["mail.read", "mail.label"]);
        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(5), "nothing was changed");

        await _ada.FollowAsync(await _ada.SendAsync(path, again, "save"));

        var kept = await _server.PolicyAsync(draft);
        (kept.Limits.MaxLifetime, string.Join(' ', kept.Scopes)).ShouldBe((TimeSpan.FromMinutes(3), "mail.read mail.label"));
    }

    [Fact]
    public async Task Theirs_can_be_taken()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        await _ben.ShortenAsync(draft, 4);

        var met = await _ada.SendAsync(path, mine, "save");

        PolicyPages.Links(met.Body).ShouldContain(path, StringComparer.Ordinal);
        (await _ada.FormAsync(path, "Input.Name"))["Input.Limits.MaxLifetime.Value"].ShouldBe("4");
    }

    [Fact]
    public async Task Kept_on_top_of_what_has_changed_once_more_it_is_asked_again()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        await _ben.ShortenAsync(draft, 4);
        var met = PageForm.In((await _ada.SendAsync(path, mine, "save")).Body, "Input.Name");
        await _ben.ShortenAsync(draft, 2);

        PolicyPages.Words((await _ada.SendAsync(path, met, "save")).Body).ShouldContain("Somebody has changed this policy since you opened it");

        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Who_edits_different_policies_does_not_meet()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        await _ben.ShortenAsync(draft, 4, "triage-by-key-agent");

        await _ada.FollowAsync(await _ada.SendAsync(path, mine, "save"));

        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(3));
        (await _server.PolicyAsync(draft, "triage-by-key-agent")).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task What_was_deleted_meanwhile_can_be_added_again()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        var remove = $"{PolicyPages.At("remove", draft)}&policy={PolicyPages.Inbox}";
        await _ben.FollowAsync(await _ben.SendAsync(remove, await _ben.FormAsync(remove)));

        var met = await _ada.SendAsync(path, mine, "save");
        PolicyPages.Words(met.Body).ShouldContain("Somebody has deleted or renamed this policy since you opened it");
        await _ada.FollowAsync(await _ada.SendAsync(path, PageForm.In(met.Body, "Input.Name"), "save"));

        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task What_was_changed_meanwhile_is_not_deleted_unseen()
    {
        var draft = await _ada.BeginAsync();
        var remove = $"{PolicyPages.At("remove", draft)}&policy={PolicyPages.Inbox}";
        var form = await _ada.FormAsync(remove);
        await _ben.ShortenAsync(draft, 4);

        var met = await _ada.SendAsync(remove, form);

        PolicyPages.Words(met.Body).ShouldContain("Somebody else has changed it since you looked at it. This is what it is now");
        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(4));
        await _ada.FollowAsync(await _ada.SendAsync(remove, PageForm.In(met.Body)));
        (await _server.DraftAsync(draft))!.Policies.ShouldNotContain(p => p.Name == PolicyPages.Inbox);
    }

    [Fact]
    public async Task The_whole_as_JSON_is_kept_beside_theirs_and_can_be_kept_on_top()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.At("json", draft);
        var mine = await _ada.FormAsync(path, "Text");
        mine.With("Text", mine["Text"]!.Replace("Sort my inbox", "Sort <my> inbox", StringComparison.Ordinal));
        await _ben.ShortenAsync(draft, 4);

        var met = await _ada.SendAsync(path, mine);

        PolicyPages.Words(met.Body).ShouldContain("admin:ben has changed the draft since you opened it Nothing was saved, and nothing you have written is lost");
        PolicyPages.Words(met.Body).ShouldContain("Token lifetime 4\u00a0min 5\u00a0min");
        var again = PageForm.In(met.Body, "Text");
        again["Text"].ShouldBe(mine["Text"]);
        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(4));

        await _ada.FollowAsync(await _ada.SendAsync(path, again));

        (await _server.PolicyAsync(draft)).Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(5));
        (await _server.DraftAsync(draft))!.Purposes[0].Title.ShouldBe("Sort <my> inbox");
    }

    [Fact]
    public async Task A_new_title_minds_no_change_of_the_content()
    {
        var draft = await _ada.BeginAsync();
        var form = (await _ada.FormAsync(PolicyPages.At("", draft), "NewTitle")).With("NewTitle", "Much shorter tokens");
        await _ben.ShortenAsync(draft, 4);

        await _ada.FollowAsync(await _ada.SendAsync(PolicyPages.At("", draft), form));

        var now = (await _server.DraftAsync(draft))!;
        (now.Header.Title, now.Policies[0].Limits.MaxLifetime).ShouldBe(("Much shorter tokens", TimeSpan.FromMinutes(4)));
    }

    [Fact]
    public async Task Where_the_draft_is_gone_what_was_typed_is_shown_to_be_copied()
    {
        var draft = await _ada.BeginAsync();
        var path = PolicyPages.Policy(draft, PolicyPages.Inbox);
        var mine = (await _ada.FormAsync(path, "Input.Name")).With("Input.Limits.MaxLifetime.Value", "3");
        (await _server.Services.GetRequiredService<PolicyDrafts>().DeleteAsync(draft, 1, AdminWorld.Caller("ben"), default)).ShouldBeOfType<DraftOutcome.Deleted>();

        var answer = await _ada.SendAsync(path, mine, "save");

        answer.Status.ShouldBe(200);
        PolicyPages.Words(answer.Body).ShouldContain("The draft was published or deleted while you were writing");
        PolicyPages.Words(answer.Body).ShouldContain("\"maxLifetime\": \"00:03:00\"");
    }
}
