using Microsoft.Playwright;
using TokenExchange.Browser.Population;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Journeys;

/// <summary>What a user does who wants to know who acts for them, and wants that to end.</summary>
public sealed class UserTests(Sites sites)
{
    public static TheoryData<Way> Ways => Hand.Ways;

    [Requirement("ASVS 5.0", "V10.4.9", "A user can end what was lent, at the server")]
    [Requirement("ASVS 5.0", "V10.7.3", "A user can see and end what was lent")]
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_user_signs_in_sees_the_agents_that_act_for_them_and_stops_one_and_then_all(Way way)
    {
        await using var site = await Site.StartAsync(sites.Chromium, PopulatedSite.Configuration, PopulatedSite.FillAsync);
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var (hand, page) = (new Hand(visit, way), visit.Page);
            await SignInAsync(hand, "Alice Aldridge");
            var before = await page.Locator(".card-of-agent").CountAsync();
            before.ShouldBeGreaterThan(1);
            (await page.Locator("main").InnerTextAsync()).ShouldContain("Sort my inbox");

            await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Stop Inbox agent, Sort my inbox" }));
            await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Stopped. Inbox agent still acts for you in what stands below: for another reason, or since another sign-in of yours.");
            (await page.Locator(".card-of-agent").CountAsync()).ShouldBe(before - 1);

            await hand.FollowAsync("Stop all");
            await hand.PressAsync("Stop all");
            await Assertions.Expect(page.GetByText("No agent acts for you now")).ToHaveCountAsync(1);
            (await page.Locator(".card-of-agent").CountAsync()).ShouldBe(0);

            await visit.GoAsync("/me/history");
            (await page.GetByText("You stopped it").CountAsync()).ShouldBeGreaterThan(0);
        }, Hand.Window(way));

        // Nobody else's were touched.
        await site.VisitAsync(Who.OtherUser, async visit =>
        {
            await visit.GoAsync("/me");
            (await visit.Page.Locator(".card-of-agent").CountAsync()).ShouldBeGreaterThan(0);
        });
    }

    private static async Task SignInAsync(Hand hand, string name)
    {
        await hand.Visit.GoAsync("/me");
        await hand.FollowAsync("Sign in with the demo");
        await hand.PressAsync(hand.Page.GetByRole(AriaRole.Button, new() { Name = name }));
        await hand.ArriveAsync("Agents acting for me");
    }
}
