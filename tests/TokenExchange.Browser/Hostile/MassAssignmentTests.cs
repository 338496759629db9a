using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Fields that a form does not have, sent with it.</summary>
[Attack(HostileRows.MassAssignment)]
public sealed class MassAssignmentTests(Sites sites)
{
    [Fact]
    public async Task Who_sets_a_password_with_a_link_gets_the_roles_of_the_invitation()
    {
        var site = await sites.ChangedAsync();
        using var invited = new PlainVisitor(site.Address);
        var link = await Who.InviteAsync(site, "greedy", Roles.Auditor);

        await invited.PostAsync(link, ("Password", Who.Password), ("Roles", Roles.Administrator), ("Invited.Roles", Roles.Administrator), ("Invited.UserName", Roles.Administrator), ("UserName", Roles.Administrator));

        (await invited.PostAsync("/admin/sign-in", ("UserName", "greedy"), ("Password", Who.Password))).Status.ShouldBe(302);
        (await invited.GetAsync("/admin/administrators/new")).Status.ShouldNotBe(200);
        (await (await site.AsAsync(Roles.Administrator)).GetAsync($"/admin/administrators/edit?id={site.Known["greedy"]}")).Document.QuerySelectorAll("input[name=Roles][checked]").Select(e => e.GetAttribute("value")).ShouldBe([Roles.Auditor]);
    }

    [Fact]
    public async Task Who_changes_the_own_account_changes_neither_roles_nor_anothers_account()
    {
        var site = await sites.ChangedAsync();
        using var appointed = new PlainVisitor(site.Address);
        await appointed.PostAsync(await Who.InviteAsync(site, "climber", Roles.Auditor), ("Password", Who.Password));
        using var climber = await site.SignedInAsync("climber");

        await climber.PostAsync(
            "/admin/account?handler=Password", ("Password", Who.Password), ("NewPassword", "another of my passwords"), ("Roles", Roles.Administrator), ("Shown.Roles", Roles.Administrator),
            ("Shown.Id", site.Known[Roles.Administrator]), ("Id", site.Known[Roles.Administrator]), ("id", site.Known[Roles.Administrator]));

        (await climber.GetAsync("/admin/administrators/new")).Status.ShouldNotBe(200);
        using var administrator = await site.SignedInAsync(Roles.Administrator);
        (await administrator.GetAsync("/admin/administrators/new")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_draft_keeps_who_wrote_it_and_what_it_is_based_on_whatever_is_sent_with_a_purpose()
    {
        var site = await sites.ChangedAsync();
        var author = await site.AsAsync(Roles.PolicyAuthor);
        var draft = await DraftPages.BeginAsync(author, "As it was");
        var other = await DraftPages.BeginAsync(author, "Another");

        await author.SubmitAsync(
            await author.GetAsync($"/admin/policies/draft/purpose?id={draft}"), "main form", ("Input.Purpose", "more.fields"), ("Input.Title", "More"), ("Input.Description", "More"),
            ("Draft.Header.Editors[0]", "admin:nobody"), ("Draft.Header.BasedOn", "99"), ("Draft.Header.Title", "Not as it was"), ("Current.Version", "99"), ("Id", other), ("Title", "Not as it was"));

        var page = await author.GetAsync($"/admin/policies/draft/publish?id={draft}");
        var body = (await (await site.AsAsync(Roles.Administrator)).GetAsync($"/admin/policies/draft?id={draft}")).Body;
        body.ShouldContain("As it was");
        body.ShouldNotContain("Not as it was");
        body.ShouldNotContain("admin:nobody");
        page.Status.ShouldNotBe(500);
    }
}
