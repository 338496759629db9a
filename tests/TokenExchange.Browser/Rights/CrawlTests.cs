using System.Collections.Concurrent;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Rights;

/// <summary>Everywhere somebody gets by links and forms they may be: nothing is broken there, and nothing is offered that would be refused.</summary>
public sealed class CrawlTests(Sites sites)
{
    // What nobody should write into a field: what breaks out of quotes, cannot be seen, is too long, or is no number.
    private static readonly string[] s_texts = ["'\"<&>\u202E\u0001%_[\\", "-1", "99999999999999999999", new string('x', 300)];

    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<Crawled>>>> s_crawls = new(StringComparer.Ordinal);

    public static TheoryData<string> Everybody => [.. Roles.All];

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Every_link_leads_somewhere(string who) =>
        (await CrawlAsync(who)).Where(c => c.Reply.Status is not (200 or 302)).Select(Told).ShouldBeEmpty();

    [Fact]
    public async Task Whatever_is_asked_in_a_form_the_server_does_not_fall_over()
    {
        var site = await sites.TriedAsync();

        (await Crawler.CrawlAsync(await site.AsAsync(Roles.Administrator), site.Address, "/admin", s_texts)).Where(c => c.Reply.Status >= 500).Select(Told).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Nothing_is_offered_that_would_be_refused(string who)
    {
        var rights = Roles.RightsOf(who);
        var offered = new List<string>();
        foreach (var crawled in (await CrawlAsync(who)).Where(c => c.Reply is { Status: 200, IsHtml: true }))
        {
            foreach (var change in Form.ChangesOf(crawled.Reply.Document, crawled.Path))
            {
                if (await Handlers.ByAddressAsync("POST", change) is { } handler && handler.Rights.Except(rights, StringComparer.Ordinal).Any())
                {
                    offered.Add($"{crawled.Path} offers {handler}");
                }
            }
        }

        offered.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_page_of_the_administration_is_found_from_its_beginning()
    {
        var reached = (await CrawlAsync(Roles.Administrator)).Select(c => Handlers.PageAt(c.Path)?.Name).ToHashSet(StringComparer.Ordinal);

        PageInventory.All.Where(p => p.IsAdministration && !Elsewhere.Contains(p.Name, StringComparer.Ordinal)).Select(p => p.Name).Where(p => !reached.Contains(p)).ShouldBeEmpty();
    }

    // Pages to which no link leads on purpose.
    private static IReadOnlyList<string> Elsewhere { get; } = [.. RightsTests.ForAnybody, "/Admin/Access/SignOut"];

    private Task<IReadOnlyList<Crawled>> CrawlAsync(string who) => s_crawls.GetOrAdd(who, w => new(async () =>
    {
        var site = await sites.TriedAsync();
        return await Crawler.CrawlAsync(await site.AsAsync(w), site.Address, "/admin");
    })).Value;

    private static string Told(Crawled crawled) => $"{crawled.Reply.Status} {crawled.Path} from {crawled.From}";
}
