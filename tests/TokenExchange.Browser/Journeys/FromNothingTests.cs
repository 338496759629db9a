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

    [Fact]
    public async Task From_an_empty_database_somebody_comes_to_the_first_exchange_and_ends_it_again()
    {
        await using var site = await Site.StartAsync(sites.Chromium, _ => new(), roles: []);
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var page = visit.Page;
            await BecomeAdministratorAsync(site, visit);

            // The checklist leads on.
            await page.GetByRole(AriaRole.Link, new() { Name = "Add a trusted issuer" }).ClickAsync();
            await page.Locator("#Input_Issuer").FillAsync(site.Users.Issuer);
            await page.Locator("#Input_Audiences").FillAsync("https://exchange.example");
            await PressAsync(page, "Trust it");

            await visit.GoAsync("/admin");
            await page.GetByRole(AriaRole.Link, new() { Name = "Add a resource" }).ClickAsync();
            await page.Locator("#Input_Resource").FillAsync(Mail);
            await page.Locator("#Input_Name").FillAsync("Mail");
            await page.Locator("#Input_Scopes_0__Name").FillAsync("mail.read");
            await page.Locator("#Input_Scopes_0__Description").FillAsync("Read your mail");
            await PressAsync(page, "Add it");

            await visit.GoAsync("/admin");
            await page.GetByRole(AriaRole.Link, new() { Name = "Add an agent" }).ClickAsync();
            await page.Locator("#Input_ClientId").FillAsync("inbox-agent");
            await page.Locator("#Input_Name").FillAsync("Inbox agent");
            await PressAsync(page, "Add it");
            var secret = (await page.Locator("code.secret").TextContentAsync()).ShouldNotBeNull();

            await WriteAndPublishAsync(visit);

            // Tried before it happens.
            await visit.GoAsync($"/admin/simulator?Agent=inbox-agent&Resource={Uri.EscapeDataString(Mail)}&Purpose=inbox.triage&User=alice");
            (await page.GetByText("A token would be issued").CountAsync()).ShouldBe(1, await page.Locator("main").InnerTextAsync());

            // The first exchange arrives.
            var assertion = site.Users.Assertion("alice");
            (await ExchangeAsync(site, secret, assertion)).ShouldBe(200);
            await visit.GoAsync("/admin");
            (await page.GetByText("To the first exchange").CountAsync()).ShouldBe(0);
            await visit.GoAsync("/admin/audit?Kind=Permit");
            (await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "inbox-agent" }).CountAsync()).ShouldBe(1);

            // And is ended, which says first how much that is.
            await visit.GoAsync("/admin/delegations");
            await page.GetByRole(AriaRole.Link, new() { Name = "Open: what inbox-agent does for alice" }).ClickAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "End this delegation" }).ClickAsync();
            (await page.Locator("dl.facts").InnerTextAsync()).ShouldMatch(@"Tokens that end\s+1\b");
            await PressAsync(page, "End it");
            (await page.GetByRole(AriaRole.Status).InnerTextAsync()).ShouldBe("Ended: 1 tokens of 1 delegations, for 1 users. Relying apps refuse them within a second.");
            (await ExchangeAsync(site, secret, assertion)).ShouldBe(400);
        });
    }

    [Fact]
    public async Task A_user_sees_the_agent_that_acts_for_them_and_stops_it()
    {
        await using var site = await Site.StartAsync(sites.Chromium, Population.PopulatedSite.Configuration, Population.PopulatedSite.FillAsync);
        await site.VisitAsync(Who.User, async visit =>
        {
            var page = visit.Page;
            await visit.GoAsync("/me");
            var before = await page.Locator(".card-of-agent").CountAsync();
            before.ShouldBeGreaterThan(0);
            (await page.Locator("main").InnerTextAsync()).ShouldContain("Sort my inbox");

            await page.GetByRole(AriaRole.Button, new() { Name = "Stop Inbox agent, Sort my inbox" }).ClickAsync();
            (await page.GetByRole(AriaRole.Status).InnerTextAsync()).ShouldBe("Stopped. Inbox agent can no longer act for you here.");
            (await page.Locator(".card-of-agent").CountAsync()).ShouldBe(before - 1);

            await visit.GoAsync("/me/stop-all");
            await PressAsync(page, "Stop all");
            (await page.Locator(".card-of-agent").CountAsync()).ShouldBe(0);
            (await page.GetByText("No agent acts for you now").CountAsync()).ShouldBe(1);
            await visit.GoAsync("/me/history");
            (await page.GetByText("You stopped it").CountAsync()).ShouldBeGreaterThan(0);
        });
    }

    private static async Task BecomeAdministratorAsync(Site site, Visit visit)
    {
        var link = (await site.Server.Services.GetRequiredService<FirstRun>().OpenAsync(default)).ShouldNotBeNull();
        await visit.GoAsync(new Uri(link).PathAndQuery);
        await visit.Page.Locator("#UserName").FillAsync("ada");
        await visit.Page.Locator("#Password").FillAsync(Who.Password);
        await PressAsync(visit.Page, "Become the administrator");
        await Who.SignInAsync(visit.Page, "ada");
    }

    private static async Task WriteAndPublishAsync(Visit visit)
    {
        var page = visit.Page;
        await visit.GoAsync("/admin/policies/new");
        await page.Locator("#Title").FillAsync("The first");
        await PressAsync(page, "Begin the draft");
        await page.GetByRole(AriaRole.Link, new() { Name = "New purpose" }).First.ClickAsync();
        await page.Locator("#Input_Purpose").FillAsync("inbox.triage");
        await page.Locator("#Input_Title").FillAsync("Sort my inbox");
        await page.Locator("#Input_Description").FillAsync("Read new mail and label it");
        await PressAsync(page, "Save in the draft");

        await page.GetByRole(AriaRole.Link, new() { Name = "New policy" }).ClickAsync();
        await page.Locator("#Input_Name").FillAsync("triage-by-inbox-agent");
        await page.Locator("#Input_Purpose").SelectOptionAsync("inbox.triage");
        await page.Locator("input[name='Input.Agents'][value='inbox-agent']").CheckAsync();
        await page.Locator("#Input_Resource").SelectOptionAsync(Mail);
        await page.Locator("input[name='Input.Scopes'][value='mail.read']").CheckAsync();
        await PressAsync(page, "Save in the draft");

        await page.Locator("a[href*='/admin/policies/draft/publish']").First.ClickAsync();
        await PressAsync(page, "Publish as version 1");
    }

    private static Task PressAsync(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).Last.ClickAsync();

    private static async Task<int> ExchangeAsync(Site site, string secret, string assertion) => (await site.Server.PostAsync(
        "/token", "inbox-agent", secret, ("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt),
        ("resource", Mail), ("purpose", "inbox.triage"))).Status;
}
