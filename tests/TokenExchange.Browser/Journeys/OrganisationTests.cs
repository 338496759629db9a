using Microsoft.Playwright;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Journeys;

/// <summary>Administrators whom their organisation's provider knows, which here is the demo identity provider.</summary>
public sealed class OrganisationTests(Sites sites)
{
    [Theory]
    [InlineData("Ada Adeyemi", "Add an agent", true)]
    [InlineData("Otto Okafor", "Add an agent", false)]
    public async Task Who_has_a_role_there_has_it_here(string name, string offer, bool offered)
    {
        await using var site = await StartAsync();
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = await SignInAsync(visit, name);
            await hand.ArriveAsync("Overview");
            await hand.FollowAsync("Agents");
            await hand.ArriveAsync("Agents");
            (await visit.Page.GetByRole(AriaRole.Link, new() { Name = offer, Exact = true }).CountAsync() > 0).ShouldBe(offered);

            await hand.PressAsync(visit.Page.Locator("details.menu summary"));
            await hand.PressAsync("Sign out");
            await Assertions.Expect(visit.Page.GetByText("You are signed out.")).ToBeVisibleAsync();
            await visit.GoAsync("/admin");
            await hand.ArriveAsync("Sign in to administer");
        });
    }

    [Fact]
    public async Task Who_has_no_role_there_is_told_so_and_has_none_here()
    {
        await using var site = await StartAsync();
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = await SignInAsync(visit, "Alice Aldridge");
            await hand.ArriveAsync("Sign in to administer");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Your organisation knows you, but you may not administer this server. Ask an administrator for a role.");
            await visit.GoAsync("/admin");
            await hand.ArriveAsync("Sign in to administer");
        });
    }

    [Fact]
    public async Task Who_cannot_be_asked_is_said_to_be_so()
    {
        await using var site = await StartAsync("http://127.0.0.1:1");
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, Way.Mouse);
            await visit.GoAsync("/admin/audit");
            await hand.FollowAsync("Sign in with your organisation");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Your organisation's sign-in cannot be reached, or does not work as it should. Try again in a minute.");
            (await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organisation" }).GetAttributeAsync("href")).ShouldNotBeNull().ShouldEndWith("returnUrl=%2Fadmin%2Faudit");
        });
    }

    private static async Task<Hand> SignInAsync(Visit visit, string name)
    {
        var hand = new Hand(visit, Way.Mouse);
        await visit.GoAsync("/admin");
        await hand.FollowAsync("Sign in with your organisation");
        await hand.PressAsync(visit.Page.GetByRole(AriaRole.Button, new() { Name = name }));
        return hand;
    }

    private Task<Site> StartAsync(string? authority = null) => Site.StartAsync(sites.Chromium, _ => new(), roles: [], customize: builder =>
    {
        var settings = builder.Configuration;
        (settings["Admin:OpenIdConnect:Authority"], settings["Admin:OpenIdConnect:ClientId"], settings["Admin:LocalSignIn"]) = (authority ?? settings["Me:SignIn:0:Issuer"], IdentityProvider.AdministratorsClientId, "false");
    });
}
