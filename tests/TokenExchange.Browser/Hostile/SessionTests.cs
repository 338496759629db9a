using Microsoft.Playwright;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Whose session it is, and whose it never becomes.</summary>
public sealed class SessionTests(Sites sites)
{
    private const string Cookie = "exchange-admin";

    [Fact]
    [Attack(HostileRows.SessionFixation)]
    public async Task A_session_that_was_planted_does_not_become_that_of_who_signs_in_over_it()
    {
        var site = await sites.ChangedAsync();
        using var attacker = await site.SignedInAsync(Roles.Auditor);
        using var victim = new PlainVisitor(site.Address);
        var planted = attacker.Cookies.Single(c => c.Name == Cookie);
        victim.Plant(planted);

        await victim.PostAsync("/admin/sign-in", ("UserName", Roles.Administrator), ("Password", Who.Password));

        victim.Cookies.Single(c => c.Name == Cookie).Value.ShouldNotBe(planted.Value, StringComparer.Ordinal);
        (await victim.GetAsync("/admin/administrators/new")).Status.ShouldBe(200);
        (await attacker.GetAsync("/admin/administrators/new")).Status.ShouldNotBe(200);
    }

    [Fact]
    [Attack(HostileRows.SessionFixation)]
    public async Task A_planted_sign_in_of_a_user_does_not_become_that_of_another()
    {
        var site = await sites.ChangedAsync();
        using var attacker = await site.SignedInAsync(Who.OtherUser);
        using var victim = new PlainVisitor(site.Address);
        var planted = attacker.Cookies.Single(c => c.Name == "exchange-me");
        victim.Plant(planted);

        await Who.SignInAtProviderAsync(victim, "alice");

        victim.Cookies.Single(c => c.Name == "exchange-me").Value.ShouldNotBe(planted.Value, StringComparer.Ordinal);
        (await victim.GetAsync("/me")).Body.ShouldContain("Alice Aldridge");

        // The sign-in of the attacker is over with it.
        (await attacker.GetAsync("/me")).Status.ShouldBe(302);
    }

    [Fact]
    [Attack(HostileRows.SessionFixation)]
    public async Task Nobody_has_a_session_before_they_have_signed_in()
    {
        var site = await sites.ChangedAsync();
        using var nobody = new PlainVisitor(site.Address);
        await nobody.GetAsync("/admin/sign-in");
        await nobody.GetAsync("/me/sign-in");

        nobody.Cookies.Where(c => c.Name is Cookie or "exchange-me").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Roles.Auditor, "/admin/sign-out", "/admin")]
    [InlineData(Who.NewUser, "/me/sign-out", "/me")]
    [Attack(HostileRows.SessionFixation)]
    public async Task Who_kept_a_cookie_is_signed_out_with_its_owner(string who, string signOut, string page)
    {
        var site = await sites.ChangedAsync();
        using var owner = await site.SignedInAsync(who);
        using var thief = new PlainVisitor(site.Address);
        owner.Cookies.ToList().ForEach(thief.Plant);
        (await thief.GetAsync(page)).Status.ShouldBe(200);

        (await owner.PostAsync(signOut)).Status.ShouldBe(302);

        (await thief.GetAsync(page)).Status.ShouldBe(302);
    }

    [Fact]
    public Task Who_signs_in_and_out_with_a_browser_sees_each_page_on_the_way() => InBrowserAsync(async visit =>
    {
        await Who.SignInAsync(visit.Page, Roles.Auditor);
        await visit.Page.Locator("details.menu summary").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("You are signed out.")).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await Assertions.Expect(visit.Page.GetByLabel("User name")).ToBeVisibleAsync();
    });

    private async Task InBrowserAsync(Func<Visit, Task> act) => await (await sites.ChangedAsync()).VisitAsync(Who.Nobody, act);
}
