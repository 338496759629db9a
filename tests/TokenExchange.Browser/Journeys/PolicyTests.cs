using Microsoft.Playwright;
using TokenExchange.Browser.Population;
using TokenExchange.Browser.Running;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Journeys;

/// <summary>How a policy comes into force where that takes four eyes: somebody writes and tries it, somebody else looks at it and publishes.</summary>
public sealed class PolicyTests(Sites sites)
{
    public static TheoryData<Way> Ways => Hand.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_writes_and_replays_a_draft_another_publishes_it_and_it_is_rolled_back_in_the_same_way(Way way)
    {
        await using var site = await StartAsync();
        foreach (var scope in new[] { "mail.label", "mail.label", "mail.read" })
        {
            (await AskAsync(site, scope)).ShouldBe(200);
        }

        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, way);
            await hand.SignInAsync(Roles.PolicyAuthor);
            await DraftAsync(hand, "No more labels");
            await EditAsync(hand, label: false);
            await ReplayAsync(hand, "2 of 3 would have changed");

            // Who writes does not publish, and is not asked to.
            (await hand.Page.GetByRole(AriaRole.Link, new() { Name = "Publish", Exact = true }).CountAsync()).ShouldBe(0);
        }, Hand.Window(way));

        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, way);
            await hand.SignInAsync(Roles.Approver);
            await PublishAsync(hand, "No more labels", 2);
        }, Hand.Window(way));
        (await AskAsync(site, "mail.label")).ShouldBe(400);
        (await AskAsync(site, "mail.read")).ShouldBe(200);

        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, way);
            await hand.SignInAsync(Roles.Administrator);
            await RollBackAsync(hand);

            // Not even an administrator publishes their own.
            await hand.FollowAsync("Publish");
            await Assertions.Expect(hand.Page.GetByText("You have written this draft; somebody else must publish it.")).ToBeVisibleAsync();
            (await hand.Page.Locator("main").GetByRole(AriaRole.Button).CountAsync()).ShouldBe(0);
        }, Hand.Window(way));

        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, way);
            await hand.SignInAsync(Roles.Approver);
            await PublishAsync(hand, "Back to version 1", 3);
        }, Hand.Window(way));
        (await AskAsync(site, "mail.label")).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Two_who_change_the_same_policy_see_both_versions_and_nothing_typed_is_lost(Way way)
    {
        await using var site = await StartAsync();
        await site.VisitAsync(Who.Nobody, first => site.VisitAsync(Who.Nobody, async second =>
        {
            var (author, administrator) = (new Hand(first, way), new Hand(second, way));
            await author.SignInAsync(Roles.PolicyAuthor);
            await administrator.SignInAsync(Roles.Administrator);
            await DraftAsync(author, "Between two");
            await OpenPolicyAsync(author);
            await administrator.FollowAsync("Purposes & policies");
            await administrator.FollowAsync("Between two");
            await OpenPolicyAsync(administrator);

            await administrator.FillAsync(administrator.Page.Locator("#Input_Limits_MaxChainDepth"), "1");
            await administrator.PressAsync("Save in the draft");
            await administrator.ArriveAsync("Between two");
            await author.FillAsync(author.Page.Locator("#Input_Limits_MaxChainDepth"), "4");
            await author.PressAsync("Save in the draft");

            await Assertions.Expect(author.Page.GetByRole(AriaRole.Heading, new() { Name = "Somebody has changed this policy since you opened it" })).ToBeVisibleAsync();
            (await author.Page.Locator(".diff tbody tr").AllInnerTextsAsync()).ShouldHaveSingleItem().Split('\t', '\n').Select(c => c.Trim()).Where(c => c.Length > 0).ShouldBe(["Chain depth", "1", "4"]);
            (await author.Page.Locator("#Input_Limits_MaxChainDepth").InputValueAsync()).ShouldBe("4");

            await author.PressAsync("Keep mine on top of theirs");
            await author.ArriveAsync("Between two");
            await OpenPolicyAsync(administrator);
            (await administrator.Page.Locator("#Input_Limits_MaxChainDepth").InputValueAsync()).ShouldBe("4");
        }, Hand.Window(way)), Hand.Window(way));
    }

    private Task<Site> StartAsync() => Site.StartAsync(sites.Chromium, PopulatedSite.Configuration, roles: Roles.All, customize: b => b.Configuration["Policies:FourEyes"] = "true");

    private static async Task<int> AskAsync(Site site, string scope) => (await site.Server.HopAsync(World.InboxAgent, site.Users.Assertion("alice"), TokenTypes.Jwt, ("scope", scope))).Status;

    private static async Task DraftAsync(Hand hand, string title)
    {
        await hand.FollowAsync("Purposes & policies");
        await hand.FollowAsync("New draft");
        await hand.FillAsync(hand.Page.Locator("#Title"), title);
        await hand.PressAsync("Begin the draft");
        await hand.ArriveAsync(title);
    }

    private static async Task OpenPolicyAsync(Hand hand)
    {
        await hand.FollowAsync("Edit policy triage-by-inbox-agent");
        await hand.ArriveAsync("Policy triage-by-inbox-agent");
    }

    private static async Task EditAsync(Hand hand, bool label)
    {
        await OpenPolicyAsync(hand);
        await hand.TickAsync(hand.Page.Locator("input[name='Input.Scopes'][value='mail.label']"), label);
        await hand.PressAsync("Save in the draft");
        await hand.FollowAsync("Changes");
        await hand.ArriveAsync("Changes: No more labels");
        (await hand.Page.Locator("section.diff h4").AllInnerTextsAsync()).ShouldHaveSingleItem().ShouldMatch(@"changed\s+policy\s+triage-by-inbox-agent");
    }

    private static async Task ReplayAsync(Hand hand, string found)
    {
        await hand.FollowAsync("Replay");
        await hand.PressAsync("Replay");
        await Assertions.Expect(hand.Page.GetByRole(AriaRole.Heading, new() { Name = found })).ToBeVisibleAsync();
        await Assertions.Expect(hand.Page.GetByText("mail.label")).Not.ToHaveCountAsync(0);
    }

    private static async Task PublishAsync(Hand hand, string title, int version)
    {
        await hand.FollowAsync("Purposes & policies");
        await hand.FollowAsync(title);
        await hand.FollowAsync("Publish");
        await Assertions.Expect(hand.Page.GetByText("You have not written it: yours is the second pair of eyes.")).ToBeVisibleAsync();
        await hand.FillAsync(hand.Page.Locator("#Note"), $"Looked at: {title}");
        await hand.PressAsync($"Publish as version {version}");
        await hand.ArriveAsync($"Version {version}");
        await Assertions.Expect(hand.Page.GetByText("in force", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static async Task RollBackAsync(Hand hand)
    {
        await hand.FollowAsync("Purposes & policies");
        await hand.FollowAsync("Versions");
        await hand.FollowAsync("Version 1");
        await hand.PressAsync("Roll back: draft this version");
        await hand.ArriveAsync("Changes: Back to version 1");
    }
}
