using TokenExchange.Browser.Running;

[assembly: AssemblyFixture(typeof(TokenExchange.Browser.Pages.Inspections))]

namespace TokenExchange.Browser.Pages;

/// <summary>What holds for every page, the next one included.</summary>
public sealed class EveryPageTests(Sites sites, Inspections inspections)
{
    public static TheoryData<string> Views => PageInventory.ViewNames;

    [Fact]
    public void The_inventory_names_only_pages_that_there_are() => Examples.Named.Except(PageInventory.All.Select(p => p.Name), StringComparer.Ordinal).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task It_opens(string view)
    {
        var seen = await inspections.OfAsync(sites, view);

        var example = PageInventory.View(view).Example;
        var expected = example.Path(await sites.PopulatedAsync());
        (seen.Status, seen.Address).ShouldBe((example.Status, expected), $"{view} could not be opened at {expected}: name an address in {nameof(Examples)} at which it shows something");
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task The_browser_complains_of_nothing(string view) => (await inspections.OfAsync(sites, view)).Complaints.ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Axe_finds_nothing_in_the_light_theme(string view) => (await inspections.OfAsync(sites, view)).Violations["light"].ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Axe_finds_nothing_in_the_dark_theme(string view) => (await inspections.OfAsync(sites, view)).Violations["dark"].ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Nothing_reaches_beyond_a_window_of_320_pixels(string view) => (await inspections.OfAsync(sites, view)).Overflow[320].ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Nothing_reaches_beyond_the_window_at_200_percent(string view) => (await inspections.OfAsync(sites, view)).Overflow[640].ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Every_control_is_reached_by_Tab_and_shows_it(string view)
    {
        var seen = await inspections.OfAsync(sites, view);

        seen.Unreached.ShouldBeEmpty();
        seen.Reached.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Without_scripts_it_says_the_same(string view)
    {
        var seen = await inspections.OfAsync(sites, view);

        var same = seen.Words.Zip(seen.WordsWithoutScript).TakeWhile(c => c.First == c.Second).Count();
        Around(seen.WordsWithoutScript, same).ShouldBe(Around(seen.Words, same));
        seen.Words.ShouldNotBeEmpty();

        // Enough to see the difference by.
        static string Around(string words, int at) => words[Math.Max(0, at - 30)..Math.Min(words.Length, at + 30)];
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Nothing_in_it_is_script_or_style(string view)
    {
        var site = await sites.PopulatedAsync();
        var example = PageInventory.View(view).Example;

        (await (await site.AsAsync(example.Who)).GetAsync(example.Path(site))).Inline().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task It_has_one_heading_and_a_title(string view)
    {
        var site = await sites.PopulatedAsync();
        var example = PageInventory.View(view).Example;
        var document = (await (await site.AsAsync(example.Who)).GetAsync(example.Path(site))).Document;

        document.QuerySelectorAll("h1").Length.ShouldBe(1);
        document.Title.ShouldNotBeNull().ShouldEndWith(" · TokenExchange");
    }

    [Fact]
    public async Task No_two_pages_have_the_same_title()
    {
        var site = await sites.PopulatedAsync();
        var titles = new List<(string Page, string? Title)>();
        foreach (var (page, example) in PageInventory.Views)
        {
            titles.Add((page.Name, (await (await site.AsAsync(example.Who)).GetAsync(example.Path(site))).Document.Title));
        }

        titles.Distinct().GroupBy(t => t.Title, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(t => t.Page))}").ShouldBeEmpty();
        titles.Select(t => t.Page).Distinct(StringComparer.Ordinal).Count().ShouldBe(PageInventory.All.Count(p => Examples.Of(p).Count > 0));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_picture_is_taken_of_it(string view) => (await inspections.OfAsync(sites, view)).Pictures.ShouldAllBe(p => new FileInfo(p).Length > 1000);

    [Fact]
    public async Task A_picture_is_taken_of_what_looks_different_while_there_is_nothing()
    {
        var site = await sites.EmptyAsync();
        var pictures = await Task.WhenAll(PageInventory.Views.Where(v => v.Example.WhenEmpty).Select(v => inspections.InTurnAsync(() => Inspector.PictureAsync(site, v, inspections.Folder))));

        pictures.SelectMany(p => p).ShouldAllBe(p => new FileInfo(p).Length > 1000);
    }
}
