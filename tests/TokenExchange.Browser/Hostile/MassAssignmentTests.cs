using TokenExchange.Browser.Running;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

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
    public async Task An_agent_keeps_what_its_form_does_not_have()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);
        await administrator.SubmitAsync(await administrator.GetAsync("/admin/agents/new"), "main form", ("Input.ClientId", "more-fields"), ("Input.Name", "As it was"));
        var before = await DefinitionAsync(site);

        await administrator.SubmitAsync(
            await administrator.GetAsync("/admin/agents/edit?id=more-fields"), "form[action*='handler=Save']", ("Input.Name", "Changed"), ("Input.ClientId", "other-id"), ("Input.SecretSha256", World.SecretHash),
            ("Input.PreviousSecretSha256", World.SecretHash), ("Input.Enabled", "false"), ("Input.Jwks", "{}"), ("Input.Workloads[0].Issuer", World.Idp), ("Shown.SecretSha256", World.SecretHash), ("Shown.Enabled", "false"),
            ("Keys.Method", "jwks"), ("SecretSha256", World.SecretHash), ("Enabled", "false"));

        (await DefinitionAsync(site)).ShouldBe(before with { Name = "Changed" });
    }

    [Fact]
    public async Task A_resource_and_an_issuer_keep_what_their_forms_do_not_have()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);
        var before = await site.Server.Editor.ExportAsync(default);

        foreach (var (path, id) in new[] { ("resources", World.Calendar), ("issuers", World.Workloads) })
        {
            var page = await administrator.GetAsync($"/admin/{path}/edit?id={Uri.EscapeDataString(id)}");
            (await administrator.SubmitAsync(page, "form.panel, main form", ("Input.Enabled", "false"), ("Enabled", "false"), ("Shown.Enabled", "false"), ("Input.SenderConstraint", "mtls"), ("Shown.SubjectPrefix", "x|"))).Status.ShouldBeOneOf([200, 302]);
        }

        var after = await site.Server.Editor.ExportAsync(default);
        after.Resources!.Single(r => r.Resource == World.Calendar).Enabled.ShouldBeTrue();
        after.Resources!.Single(r => r.Resource == World.Calendar).SenderConstraint.ShouldBe(before.Resources!.Single(r => r.Resource == World.Calendar).SenderConstraint);
        (after.Issuers!.Single(r => r.Issuer == World.Workloads).Enabled, after.Issuers!.Single(r => r.Issuer == World.Workloads).SubjectPrefix).ShouldBe((true, null));
    }

    private static async Task<ClientDefinition> DefinitionAsync(Site site) => (await site.Server.Editor.ExportAsync(default)).Clients!.Single(c => c.ClientId == "more-fields") with { Tags = [], AllowPrivateHosts = [], Workloads = [] };

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
