using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>What is shown once is shown once, and is nowhere afterwards.</summary>
[Attack(HostileRows.SecretTwice)]
public sealed class SecretTests(Sites sites)
{
    [Fact]
    public async Task The_secret_of_an_agent_is_shown_once_and_kept_nowhere()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);
        var made = await administrator.SubmitAsync(await administrator.GetAsync("/admin/agents/new"), "main form", ("Input.ClientId", "shown-once"), ("Input.Name", "Shown once"));
        var first = made.Document.QuerySelector("code.secret").ShouldNotBeNull().TextContent;
        var edit = await administrator.GetAsync("/admin/agents/edit?id=shown-once&tab=credentials");
        var rotated = await administrator.SubmitAsync(edit, "form[action*='handler=Rotate']");
        var second = rotated.Document.QuerySelector("code.secret").ShouldNotBeNull().TextContent;

        (second == first).ShouldBeFalse();
        made.Header("Cache-Control").ShouldContain("no-store");
        foreach (var path in new[] { "/admin/agents/edit?id=shown-once", "/admin/agents/edit?id=shown-once&tab=credentials", "/admin/agents/edit?id=shown-once&tab=audit", "/admin/audit", "/admin/audit?handler=Json", "/admin/agents" })
        {
            var body = (await administrator.GetAsync(path)).Body;
            body.ShouldNotContain(first, Case.Sensitive, path);
            body.ShouldNotContain(second, Case.Sensitive, path);
        }

        // What was sent once more makes another one and shows no former one.
        (await administrator.SubmitAsync(edit, "form[action*='handler=Rotate']")).Body.ShouldNotContain(second);
    }

    [Fact]
    public async Task The_link_of_an_invitation_is_shown_once()
    {
        var site = await sites.ChangedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);

        var shown = await administrator.SubmitAsync(await administrator.GetAsync("/admin/administrators/new"), "main form", ("UserName", "once"), ("Roles", Roles.Auditor));

        var code = shown.Document.QuerySelector("main code")!.TextContent.Split("code=")[1];
        shown.Header("Cache-Control").ShouldContain("no-store");
        foreach (var path in new[] { "/admin/administrators/new", "/admin/administrators", "/admin/audit", "/admin/audit?handler=Json", "/admin/settings" })
        {
            (await administrator.GetAsync(path)).Body.ShouldNotContain(code, Case.Sensitive, path);
        }
    }

    [Fact]
    public async Task A_link_of_an_invitation_works_once()
    {
        var site = await sites.ChangedAsync();
        var link = await Who.InviteAsync(site, "twice", Roles.Auditor);
        using var first = new PlainVisitor(site.Address);
        using var second = new PlainVisitor(site.Address);
        (await first.PostAsync(link, ("Password", Who.Password))).Status.ShouldBe(302);

        (await second.PostAsync(link, ("Password", "another password of theirs"))).Body.ShouldContain("This link is no longer good");

        (await first.PostAsync("/admin/sign-in", ("UserName", "twice"), ("Password", Who.Password))).Status.ShouldBe(302);
    }
}
