using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Four eyes: who wrote a draft does not publish it, whatever they send.</summary>
[Attack(HostileRows.OwnDraft)]
public sealed class OwnDraftTests(Sites sites)
{
    [Fact]
    public async Task Who_wrote_a_draft_does_not_publish_it_and_somebody_else_does()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);
        var draft = await DraftPages.BeginAsync(administrator, "One more purpose");
        await DraftPages.AddPurposeAsync(administrator, draft, "own.draft");

        var page = await administrator.GetAsync($"/admin/policies/draft/publish?id={draft}");
        page.Document.QuerySelector("main form").ShouldBeNull();
        page.Body.ShouldContain("You have written this draft; somebody else must publish it.");
        var refused = await administrator.PostAsync($"/admin/policies/draft/publish?id={draft}", ("Seen", "2"), ("FourEyes", "false"), ("IsOwnWork", "false"));
        refused.Status.ShouldBe(200);
        refused.Document.QuerySelector("main .note.bad")!.TextContent.ShouldStartWith("Not published.");

        var approver = await site.AsAsync(Roles.Approver);
        var published = await approver.SubmitAsync(await approver.GetAsync($"/admin/policies/draft/publish?id={draft}"), "main form");
        published.Target!.AbsolutePath.ShouldStartWith("/admin/policies/versions/");
    }

    [Fact]
    public async Task Nobody_makes_themselves_a_second_pair_of_eyes()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);

        foreach (var role in new[] { Roles.Administrator, Roles.PolicyAuthor, Roles.Approver })
        {
            var page = await administrator.PostAsync("/admin/administrators/new", ("UserName", "sock"), ("Roles", role));
            page.Document.QuerySelector("main .note.bad")!.TextContent.ShouldContain("whoever writes or publishes policies or administers is appointed and let in again on the host");
        }

        var approver = await administrator.PostAsync($"/admin/administrators/edit?handler=ResetPassword&id={site.Known[Roles.Approver]}");
        approver.Document.QuerySelector("main .note.bad")!.TextContent.ShouldContain("whoever writes or publishes policies or administers is appointed and let in again on the host");
        approver.Body.ShouldNotContain("/admin/set-password?code=");
    }

    [Fact]
    public async Task Who_writes_does_not_publish_what_others_wrote_either_and_who_publishes_does_not_write()
    {
        var site = await sites.ChangedAsync();
        var author = await site.AsAsync(Roles.PolicyAuthor);
        var draft = await DraftPages.BeginAsync(author, "Mine");

        (await author.PostAsync($"/admin/policies/draft/publish?id={draft}", ("Seen", "1"))).Target!.AbsolutePath.ShouldBe("/admin/forbidden");
        (await (await site.AsAsync(Roles.Approver)).PostAsync($"/admin/policies/draft/purpose?id={draft}", ("Input.Purpose", "sneaked.in"), ("Input.Title", "a"), ("Input.Description", "a"), ("Input.State", "active")))
            .Target!.AbsolutePath.ShouldBe("/admin/forbidden");
        (await author.GetAsync($"/admin/policies/draft?id={draft}")).Body.ShouldNotContain("sneaked.in");
    }
}
