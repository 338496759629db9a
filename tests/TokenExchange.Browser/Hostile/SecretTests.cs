using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>What is shown once is shown once, and is nowhere afterwards.</summary>
[Attack(HostileRows.SecretTwice)]
public sealed class SecretTests(Sites sites)
{
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
