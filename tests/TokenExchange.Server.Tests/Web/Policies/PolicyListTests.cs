using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>What is published, in words, and found by what stands in the address.</summary>
public sealed class PolicyListTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Browser _ada = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PolicyPages.StartAsync();
        _ada = await _server.SignInAsync("ada");
    }

    public ValueTask DisposeAsync()
    {
        _ada.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Policies_are_told_in_sentences()
    {
        var words = PolicyPages.Words(await _ada.PageAsync("/admin/policies"));

        words.ShouldContain("Version 1 is in force 4 purposes, 6 policies. Published 2026-03-02 10:00:00 UTC by test .");
        words.ShouldContain("inbox-agent may read your mail and label your mail at Mail for users of https://idp.example, 5\u00a0min per token, lent for at most 8\u00a0h, in chains of up to 2 actors, may hand on to summary-agent and archive-agent.");
        words.ShouldContain("inbox-agent may send mail as you at Mail for users of https://idp.example, 5\u00a0min per token, lent for at most 8\u00a0h, only for who signed in within 5\u00a0min, authenticated as phr.");
        words.ShouldContain("Sum up my mail mail.digest active Read mail and write a digest No policy: nobody may act under this purpose.");
    }

    [Theory]
    [InlineData("?find=CALENDAR", "calendar-by-archive-agent")]
    [InlineData("?find=mail.answer", "answer-by-inbox-agent")]
    [InlineData("?find=mail.send", "answer-by-inbox-agent")]
    [InlineData("?agent=key-agent", "triage-by-key-agent")]
    [InlineData("?agent=inbox-agent&find=triage-by", "triage-by-inbox-agent")]
    [InlineData("?state=retired", "")]
    [InlineData("?agent=nobody", "")]
    [InlineData("?find=nothing-like-this", "")]
    public async Task What_stands_in_the_address_is_looked_for(string query, string found)
    {
        var page = await _ada.PageAsync("/admin/policies" + query);

        string.Join(' ', PolicyPages.Links(page).Where(l => l.StartsWith("/admin/policies/policy?", StringComparison.Ordinal)).Select(l => l.Split("id=")[1])).ShouldBe(found);
    }

    [Fact]
    public async Task Many_purposes_are_shown_page_by_page()
    {
        await _server.ApplyAsync(new ExchangeConfiguration
        {
            Purposes = [.. World.Configuration.Purposes!, .. Enumerable.Range(10, 30).Select(i => new PurposeDefinition { Purpose = $"p{i}", Title = $"Purpose {i}", Description = "One of many" })],
        });

        var first = await _ada.PageAsync("/admin/policies");
        var next = PolicyPages.Links(first).Single(l => l.Contains("Part=2", StringComparison.Ordinal));
        var second = await _ada.PageAsync(next);

        (PurposesOn(first), PurposesOn(second)).ShouldBe((20, 14));
        PolicyPages.Words(await _ada.PageAsync("/admin/policies?part=99&draftpart=-4")).ShouldContain("Purpose 39");
    }

    [Fact]
    public async Task Every_limit_of_a_policy_is_explained()
    {
        var words = PolicyPages.Words(await _ada.PageAsync($"/admin/policies/policy?id={PolicyPages.Inbox}"));

        foreach (var limit in Server.Policies.LimitHelp.All)
        {
            words.ShouldContain($"{limit.Label} ");
            words.ShouldContain(limit.Meaning);
        }

        words.ShouldContain("Token lifetime 5\u00a0min The longest that one token lives");
        words.ShouldContain("Handing on summary-agent with mail.read archive-agent at Calendar with calendar.read");
    }

    [Fact]
    public async Task A_policy_is_read_in_the_version_and_in_the_draft_that_the_address_names()
    {
        var draft = await _ada.BeginAsync();
        await _ada.ShortenAsync(draft, 2);
        await _server.ApplyAsync(new ExchangeConfiguration { Policies = [.. World.Configuration.Policies!.Skip(1)] });

        PolicyPages.Words(await _ada.PageAsync($"/admin/policies/policy?id={PolicyPages.Inbox}&draft={draft}")).ShouldContain("Token lifetime 2\u00a0min");
        PolicyPages.Words(await _ada.PageAsync($"/admin/policies/policy?id={PolicyPages.Inbox}&version=1")).ShouldContain("Token lifetime 5\u00a0min");
        foreach (var gone in new[] { $"policy?id={PolicyPages.Inbox}", $"policy?id={PolicyPages.Inbox}&version=9", $"policy?id={PolicyPages.Inbox}&draft=nobody", "purpose?id=nobody", "versions/9", "draft?id=nobody", "draft/changes?id=nobody", "draft/publish?id=nobody", "draft", "draft/policy?id=nobody&name=x" })
        {
            (await _ada.GetAsync($"/admin/policies/{gone}")).Status.ShouldBe(404, gone);
        }
    }

    [Fact]
    public async Task From_a_policy_one_comes_to_its_form_in_a_new_draft()
    {
        var path = $"/admin/policies/change?policy={PolicyPages.Inbox}";

        var page = await _ada.FollowAsync(await _ada.SendAsync(path, await _ada.FormAsync(path, "Policy")));

        PageForm.In(page, "Input.Name")["Input.Name"].ShouldBe(PolicyPages.Inbox);
        PolicyPages.Words(page).ShouldContain("← Draft “Change policy triage-by-inbox-agent”");
    }

    [Fact]
    public async Task A_long_draft_can_be_searched()
    {
        var draft = await _ada.BeginAsync();
        await _server.ApplyAsync(new ExchangeConfiguration { Purposes = [.. World.Configuration.Purposes!, .. Enumerable.Range(10, 30).Select(i => new PurposeDefinition { Purpose = $"p{i}", Title = $"Purpose {i}", Description = "One of many" })] });
        var longer = await _ada.BeginAsync();

        (await _ada.PageAsync(PolicyPages.At("", draft))).ShouldNotContain("Filter the content", customMessage: "it is short");
        PurposesOn(await _ada.PageAsync(PolicyPages.At("", longer))).ShouldBe(34);
        PurposesOn(await _ada.PageAsync(PolicyPages.At("", longer) + "&find=purpose+39")).ShouldBe(1);
        PolicyPages.Words(await _ada.PageAsync(PolicyPages.At("", longer) + "&find=nothing-like-this")).ShouldContain("Nothing matches");
    }

    private static int PurposesOn(string page) => PolicyPages.Links(page).Count(l => l.StartsWith("/admin/policies/purpose?", StringComparison.Ordinal));
}
