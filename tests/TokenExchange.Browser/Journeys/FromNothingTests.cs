using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TokenExchange.Browser.Running;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Journeys;

/// <summary>What somebody does who has never read a page of documentation: from an empty database to the first exchange, and what they do with it then.</summary>
public sealed class FromNothingTests(Sites sites)
{
    private const string Mail = "https://mail.example";

    public static TheoryData<Way> Ways => Hand.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task From_an_empty_database_somebody_comes_to_the_first_exchange_and_ends_it_again(Way way)
    {
        await using var site = await Site.StartAsync(sites.Chromium, _ => new(), roles: []);
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var hand = new Hand(visit, way);
            await BecomeAdministratorAsync(site, hand);
            var secret = await ConfigureAsync(site, hand);
            await WriteAndPublishAsync(hand);
            await TryAsync(hand);

            // The first exchange arrives.
            var assertion = site.Users.Assertion("alice");
            (await ExchangeAsync(site, secret, assertion)).ShouldBe(200);
            await hand.FollowAsync("Overview");
            await hand.ArriveAsync("Overview");
            (await hand.Page.GetByText("To the first exchange").CountAsync()).ShouldBe(0);
            await hand.FollowAsync("Audit");
            await hand.ArriveAsync("Audit");
            await Assertions.Expect(hand.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "inbox-agent" }).Filter(new() { HasText = "alice" })).ToHaveCountAsync(1);

            await EndAsync(hand);
            (await ExchangeAsync(site, secret, assertion)).ShouldBe(400);
        }, Hand.Window(way));
    }

    private static async Task BecomeAdministratorAsync(Site site, Hand hand)
    {
        // Where the console says that it listens.
        await hand.Visit.GoAsync("/");
        await hand.ArriveAsync("Sign in to administer");
        await Assertions.Expect(hand.Page.GetByText("This server has no administrator yet.")).ToHaveCountAsync(1);

        var link = (await site.Server.Services.GetRequiredService<FirstRun>().OpenAsync(default)).ShouldNotBeNull();
        await hand.Visit.GoAsync(new Uri(link).PathAndQuery);
        await hand.FillAsync("User name", "ada");
        await hand.FillAsync("Password", Who.Password);
        await hand.PressAsync("Become the administrator");
        await Assertions.Expect(hand.Page.GetByText("You are the first administrator. Sign in.")).ToBeVisibleAsync();
        await hand.SignInAsync("ada");
    }

    // The checklist leads on. Returns the agent's secret, which is shown once.
    private static async Task<string> ConfigureAsync(Site site, Hand hand)
    {
        var page = hand.Page;
        await hand.FollowAsync("Add a trusted issuer");
        await hand.FillAsync(page.Locator("#Input_Issuer"), site.Users.Issuer);
        await hand.FillAsync(page.Locator("#Input_Audiences"), "https://exchange.example");
        await hand.PressAsync("Trust it");
        await hand.ArriveAsync(site.Users.Issuer);

        await hand.FollowAsync("Overview");
        await hand.FollowAsync("Add a resource");
        await hand.FillAsync(page.Locator("#Input_Resource"), Mail);
        await hand.FillAsync(page.Locator("#Input_Name"), "Mail");
        await hand.FillAsync(page.Locator("#Input_Scopes_0__Name"), "mail.read");
        await hand.FillAsync(page.Locator("#Input_Scopes_0__Description"), "Read your mail");
        await hand.PressAsync("Add it");
        await hand.ArriveAsync("Resources & scopes");

        await hand.FollowAsync("Overview");
        await hand.FollowAsync("Add an agent");
        await hand.FillAsync(page.Locator("#Input_ClientId"), "inbox-agent");
        await hand.FillAsync(page.Locator("#Input_Name"), "Inbox agent");
        await hand.PressAsync("Add it");
        return (await page.Locator("code.secret").TextContentAsync()).ShouldNotBeNull();
    }

    private static async Task WriteAndPublishAsync(Hand hand)
    {
        var page = hand.Page;
        await hand.FollowAsync("Overview");
        await hand.FollowAsync("Purposes & policies");
        await hand.FollowAsync("New draft");
        await hand.FillAsync(page.Locator("#Title"), "The first");
        await hand.PressAsync("Begin the draft");
        await hand.FollowAsync("New purpose");
        await hand.FillAsync(page.Locator("#Input_Purpose"), "inbox.triage");
        await hand.FillAsync(page.Locator("#Input_Title"), "Sort my inbox");
        await hand.FillAsync(page.Locator("#Input_Description"), "Read new mail and label it");
        await hand.PressAsync("Save in the draft");

        await hand.FollowAsync("New policy");
        await hand.FillAsync(page.Locator("#Input_Name"), "triage-by-inbox-agent");
        await hand.ChooseAsync(page.Locator("#Input_Purpose"), "inbox.triage");
        await hand.TickAsync(page.Locator("input[name='Input.Agents'][value='inbox-agent']"));
        await hand.ChooseAsync(page.Locator("#Input_Resource"), $"Mail ({Mail})");

        // Without a script somebody asks for the scopes of what they chose.
        var scope = page.Locator("input[name='Input.Scopes'][value='mail.read']");
        if (hand.Way is Way.NoScript)
        {
            await hand.PressAsync("Show its scopes");
        }

        await hand.TickAsync(scope);
        await hand.PressAsync("Save in the draft");

        await hand.FollowAsync("Publish");
        await hand.PressAsync("Publish as version 1");
        await hand.ArriveAsync("Version 1");
    }

    private static async Task TryAsync(Hand hand)
    {
        await hand.FollowAsync("Purposes & policies");
        await hand.FollowAsync("Try in the simulator");
        await hand.FillAsync(hand.Page.Locator("#Q_User"), "alice");
        await hand.PressAsync("Try it");
        await Assertions.Expect(hand.Page.GetByText("A token would be issued")).ToHaveCountAsync(1);
    }

    // Which says first how much that is.
    private static async Task EndAsync(Hand hand)
    {
        await hand.FollowAsync("Delegations");
        await hand.FollowAsync("Open: what inbox-agent does for alice");
        await hand.FollowAsync("End this delegation");
        (await hand.Page.Locator("dl.facts").InnerTextAsync()).ShouldMatch(@"Tokens that end\s+1\b");
        await hand.PressAsync("End it");
        await Assertions.Expect(hand.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Ended: 1 token of 1 delegation, for 1 user. Relying apps that hear of it by events refuse them within a second, others when they expire.");
    }

    private static async Task<int> ExchangeAsync(Site site, string secret, string assertion) => (await site.Server.PostAsync(
        "/token", "inbox-agent", secret, ("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt),
        ("resource", Mail), ("purpose", "inbox.triage"))).Status;
}
