using AngleSharp.Dom;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Population;
using TokenExchange.Browser.Rights;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Names, titles, reasons, users and whatever agents send, all of them made of markup and script.</summary>
[Attack(HostileRows.StoredXss)]
public sealed class ScriptInjectionTests(Sites sites, Inspections inspections)
{
    public static TheoryData<string> Views => PageInventory.ViewNames;

    [Fact]
    public async Task No_page_that_can_be_reached_has_an_element_that_somebody_put_into_it()
    {
        var site = await sites.HostileAsync();
        var reached = await Crawler.CrawlAsync(await site.AsAsync(Roles.Administrator), site.Address, "/admin", HostileSite.Text, HostileSite.Identifier);

        var pages = reached.Where(c => c.Reply.IsHtml).ToList();
        pages.SelectMany(c => Injected(c.Reply).Select(e => $"{c.Path}: {e}")).ShouldBeEmpty();
        reached.Where(c => c.Reply.Status >= 500).Select(c => c.Path).ShouldBeEmpty();
        pages.Count(c => c.Reply.Document.Body!.TextContent.Contains(HostileSite.Canary, StringComparison.Ordinal)).ShouldBeGreaterThan(pages.Count / 4, "the attacks are on the pages");
    }

    [Theory]
    [MemberData(nameof(Views))]
    public Task In_a_browser_nothing_runs(string name) => inspections.InTurnAsync(async () =>
    {
        var (site, example) = (await sites.HostileAsync(), PageInventory.View(name).Example);
        var (injected, complaints) = await site.LookAsync(example.Who, script: true, async visit =>
        {
            await visit.GoAsync(example.Path(site), example.Status);
            return (await visit.Page.Locator($"[{HostileSite.Canary}]").CountAsync(), visit.Complaints);
        });

        injected.ShouldBe(0);
        complaints.ShouldBeEmpty();
        return true;
    });

    private static IEnumerable<string> Injected(Reply reply) => reply.Document.QuerySelectorAll($"[{HostileSite.Canary}]").Select(e => e.OuterHtml).Concat(reply.Inline());
}
