using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Two people change the same thing: who saves later on top of what they have not seen is told so, and nothing is lost.</summary>
[Attack(HostileRows.StaleTag)]
public sealed class StaleTests(Sites sites)
{
    [Fact]
    public async Task A_purpose_of_a_draft_that_somebody_changed_meanwhile_is_not_overwritten()
    {
        var site = await sites.ChangedAsync();
        var (first, second) = (await site.AsAsync(Roles.Administrator), await site.AsAsync(Roles.PolicyAuthor));
        var draft = await DraftPages.BeginAsync(first, "Two at once");
        await DraftPages.AddPurposeAsync(first, draft, "two.at.once");
        var path = $"/admin/policies/draft/purpose?id={draft}&name=two.at.once";
        var (seenByFirst, seenBySecond) = (await first.GetAsync(path), await second.GetAsync(path));
        (await second.SubmitAsync(seenBySecond, "#editor", ("Input.Title", "Theirs"))).Status.ShouldBe(302);

        var conflict = await first.SubmitAsync(seenByFirst, "#editor", ("Input.Title", "Mine"));

        conflict.Status.ShouldBe(200);
        conflict.Body.ShouldContain("Somebody has changed this purpose since you opened it");
        conflict.Document.QuerySelector(".diff")!.TextContent.ShouldContain("Theirs");
        conflict.Document.QuerySelector("#Input_Title")!.GetAttribute("value").ShouldBe("Mine");
        (await second.GetAsync(path)).Document.QuerySelector("#Input_Title")!.GetAttribute("value").ShouldBe("Theirs");
        (await first.SubmitAsync(conflict, "#editor")).Status.ShouldBe(302);
        (await second.GetAsync(path)).Document.QuerySelector("#Input_Title")!.GetAttribute("value").ShouldBe("Mine");
    }

    [Fact]
    public async Task A_draft_that_somebody_changed_since_it_was_read_is_not_published()
    {
        var site = await sites.ChangedAsync();
        var (author, approver) = (await site.AsAsync(Roles.PolicyAuthor), await site.AsAsync(Roles.Approver));
        var draft = await DraftPages.BeginAsync(author, "Changed under the pen");
        await DraftPages.AddPurposeAsync(author, draft, "seen.first");
        var seen = await approver.GetAsync($"/admin/policies/draft/publish?id={draft}");
        await DraftPages.AddPurposeAsync(author, draft, "slipped.in");

        var refused = await approver.SubmitAsync(seen, "main form");

        refused.Document.QuerySelector("main .note.bad")!.TextContent.ShouldStartWith("Not published.");
        (await approver.GetAsync("/admin/policies")).Body.ShouldNotContain("slipped.in");
    }

    [Fact]
    public async Task An_account_that_somebody_changed_meanwhile_is_not_overwritten()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);
        await Who.InviteAsync(site, "stale", Roles.Approver, Roles.Auditor);
        var path = $"/admin/administrators/edit?id={site.Known["stale"]}";
        var seen = await administrator.GetAsync(path);
        (await administrator.SubmitAsync(seen, "form[action*='handler=Roles']", ("Roles", Roles.Auditor))).Status.ShouldBe(302);

        var refused = await administrator.SubmitAsync(seen, "form[action*='handler=Roles']", ("Roles", Roles.Approver));

        refused.Status.ShouldBe(200);
        refused.Body.ShouldContain("omebody else has changed this account meanwhile");
        (await administrator.GetAsync(path)).Document.QuerySelectorAll("input[name=Roles][checked]").Select(e => e.GetAttribute("value")).ShouldBe([Roles.Auditor]);
    }
}
