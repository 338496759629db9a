using System.Diagnostics;
using System.Globalization;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Population;
using TokenExchange.Browser.Running;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Benchmarks;

/// <summary>
/// How long somebody waits for a page, from the request to its last byte over loopback: every page there is, as the browser tests know them, before and after the
/// database gets a million records, 10,000 live delegations and a million that are over. Before is the baseline: what a page takes when there is little to read.
/// </summary>
internal static class Screens
{
    private const int Runs = 15;

    public static async Task RunAsync(int many)
    {
        await using var site = await Site.StartAsync(new Chromium(), Configuration, PopulatedSite.FillAsync);
        var pages = Pages().ToList();
        var before = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var page in pages)
        {
            before[page.Name] = await MeasureAsync(site, page);
        }

        var (database, now) = ($"Data Source={site.Server.DatabasePath}", site.Server.Now);
        RecordsForPages.Fill(database, many, now);
        LiveRows.Fill(database, many, now, TimeSpan.FromHours(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{many:N0} records, {LiveRows.Live:N0} live delegations, {many:N0} old ones: {new FileInfo(site.Server.DatabasePath).Length / 1e6:N0} MB"));
        Console.WriteLine($"{"page",-62}{"little: min",14}{"median",9}{"max",9}{"much: min",14}{"median",9}{"max",9}");
        var all = new List<(double Median, double Max, string Name)>();
        foreach (var page in pages)
        {
            var after = await MeasureAsync(site, page);
            all.Add((after[Runs / 2], after[^1], page.Name));
            Console.WriteLine($"{page.Name,-62}{Told(before[page.Name])}{Told(after)}");
        }

        all.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{all.Count} pages; the median of all medians is {all[all.Count / 2].Median:0.0} ms, the longest {all[^1].Median:0.0} ms ({all[^1].Name}), the longest request {all.Max(p => p.Max):0.0} ms"));
    }

    private static string Told(double[] times) => string.Create(CultureInfo.InvariantCulture, $"{times[0],14:0.0}{times[times.Length / 2],9:0.0}{times[^1],9:0.0}");

    private static async Task<double[]> MeasureAsync(Site site, (string Name, string Who, Func<Site, string> Path) page)
    {
        var (visitor, path) = (await site.AsAsync(page.Who), page.Path(site));

        // The first time, the page is compiled and its questions are translated.
        (await visitor.GetAsync(path)).Status.ShouldBeLessThan(500, path);
        var times = new double[Runs];
        for (var i = 0; i < Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await visitor.GetAsync(path);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static IEnumerable<(string Name, string Who, Func<Site, string> Path)> Pages()
    {
        foreach (var view in PageInventory.Views)
        {
            yield return (view.Name, view.Example.Who, view.Example.Path);
        }

        // What the small site has no need for.
        foreach (var (name, path) in new[]
        {
            ("audit: a frequent subject", $"/admin/audit?Q.Subject={RecordsForPages.FrequentSubject}"),
            ("audit: a frequent subject and an agent that never met it", $"/admin/audit?Q.Subject={RecordsForPages.FrequentSubject}&Q.Client={RecordsForPages.AgentOfOthers}"),
            ("audit: refusals of a frequent agent", $"/admin/audit?Q.Kind=Refusal&Q.Client={LiveRows.CommonAgent}"), ("audit: a source that nothing has", "/admin/audit?Q.Source=203.0.113.99"),
            ("audit: in the middle", "/admin/audit?Older=500000"), ("delegations: a frequent agent", $"/admin/delegations?Q.Agent={LiveRows.CommonAgent}"),
            ("delegations: a frequent resource", $"/admin/delegations?Q.Resource={LiveRows.CommonResource}"), ("delegations: a frequent issuer", $"/admin/delegations?Q.Issuer={LiveRows.CommonIssuer}"),
            ("delegations: none", "/admin/delegations?Q.Subject=nobody"), ("end: a frequent agent", $"/admin/delegations/end?Input.Kind=agent&Input.Id={LiveRows.CommonAgent}"),
            ("end: a frequent issuer", $"/admin/delegations/end?Input.Kind=issuer&Input.Id={LiveRows.CommonIssuer}"), ("end: a frequent resource", $"/admin/delegations/end?Input.Kind=resource&Input.Id={LiveRows.CommonResource}"),
            ("agent: delegations of a frequent one", $"/admin/agents/edit?id={LiveRows.CommonAgent}&tab=delegations"), ("agent: audit of a frequent one", $"/admin/agents/edit?id={LiveRows.CommonAgent}&tab=audit"),
            ("search: a frequent agent", $"/admin/search?q={LiveRows.CommonAgent}"), ("search: a frequent subject", $"/admin/search?q={RecordsForPages.FrequentSubject}"),
        })
        {
            yield return (name, Roles.Administrator, _ => path);
        }
    }

    private static ExchangeConfiguration Configuration(IdentityProvider users)
    {
        var configuration = PopulatedSite.Configuration(users);
        return configuration with
        {
            Clients = [.. configuration.Clients!, .. Enumerable.Range(0, 50).Select(i => new ClientDefinition { ClientId = $"agent-{i}", Name = $"Agent {i}", Kind = ClientKind.AiAgent, SecretSha256 = World.SecretHash })],
            Purposes = [.. configuration.Purposes!, .. Enumerable.Range(0, 20).Select(i => new PurposeDefinition { Purpose = $"purpose.{i}", Title = $"Purpose {i}", Description = $"What agents do under purpose {i}" })],
        };
    }
}
