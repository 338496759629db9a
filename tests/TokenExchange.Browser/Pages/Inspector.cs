using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>Looks at one page in every way: both themes, small windows, by keyboard, without scripts; with a picture of each.</summary>
internal static class Inspector
{
    /// <summary>The width that most people look from.</summary>
    public const int Wide = 1360;

    /// <summary>A telephone.</summary>
    public const int Narrow = 390;

    // What WCAG 2.2 asks at levels A and AA, and what axe's authors think good besides.
    private static readonly AxeRunOptions s_rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        ResultTypes = [ResultType.Violations],
        Rules = new Dictionary<string, RuleOptions>(StringComparer.Ordinal) { ["target-size"] = new() { Enabled = true } },
    };

    public static async Task<Inspection> InspectAsync(Site site, PageView view, string folder)
    {
        var path = view.Example.Path(site);
        await using var visit = await site.OpenAsync(view.Example.Who, new BrowserNewContextOptions { ColorScheme = ColorScheme.Light, ViewportSize = Size(Wide, 900) });
        var status = await visit.TryAsync(path, view.Example.Status);
        if (status != view.Example.Status)
        {
            return new Inspection { Status = status, Address = visit.Page.Url };
        }

        var pictures = new List<string>();
        var words = await WordsAsync(visit.Page);
        var light = await ViolationsAsync(visit.Page);
        pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-light"));
        var overflow = await OverflowAsync(visit.Page);
        if (view.Example.Small)
        {
            await visit.Page.SetViewportSizeAsync(Narrow, 844);
            await visit.GoAsync(path, view.Example.Status);
            pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-light-{Narrow}"));
        }

        await visit.Page.SetViewportSizeAsync(Wide, 900);
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await visit.GoAsync(path, view.Example.Status);
        var dark = await ViolationsAsync(visit.Page);
        pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-dark"));
        var (reached, unreached) = await Keyboard.WalkAsync(visit.Page);
        return new Inspection
        {
            Status = status, Address = new Uri(visit.Page.Url).PathAndQuery, Complaints = visit.Complaints, Words = words, WordsWithoutScript = await WithoutScriptAsync(site, view),
            Violations = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["light"] = light, ["dark"] = dark },
            Overflow = overflow, Reached = reached, Unreached = unreached, Pictures = pictures,
        };
    }

    /// <summary>Pictures alone, for a page as it looks while there is nothing.</summary>
    public static async Task<IReadOnlyList<string>> PictureAsync(Site site, PageView view, string folder)
    {
        var pictures = new List<string>();
        await using var visit = await site.OpenAsync(view.Example.Who, new BrowserNewContextOptions { ViewportSize = Size(Wide, 900) });
        foreach (var (scheme, name) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await visit.GoAsync(view.Example.Path(site));
            pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-empty-{name}"));
        }

        visit.Complaints.ShouldBeEmpty();
        return pictures;
    }

    private static ViewportSize Size(int width, int height) => new() { Width = width, Height = height };

    internal static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        var result = await page.RunAxe(s_rules);
        return [.. result.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {v.Help}: {n.Html} {string.Join("; ", n.Any.Concat(n.All).Concat(n.None).Select(c => c.Message))}"))];
    }

    // At 320 pixels, and at the window of an ordinary screen zoomed to 200 % (WCAG 1.4.10, 1.4.4).
    internal static async Task<IReadOnlyDictionary<int, IReadOnlyList<string>>> OverflowAsync(IPage page)
    {
        var found = new Dictionary<int, IReadOnlyList<string>>();
        foreach (var (width, height) in new[] { (640, 450), (320, 640) })
        {
            await page.SetViewportSizeAsync(width, height);
            await Visit.SettleAsync(page);
            found[width] = await page.EvaluateAsync<string[]>(PageScripts.Overflow);
        }

        return found;
    }

    private static async Task<string> WithoutScriptAsync(Site site, PageView view)
    {
        await using var visit = await site.OpenAsync(view.Example.Who, new BrowserNewContextOptions { JavaScriptEnabled = false, ViewportSize = Size(Wide, 900) });
        await visit.Page.GotoAsync(view.Example.Path(site));
        return await WordsAsync(visit.Page);
    }

    private static async Task<string> WordsAsync(IPage page) => await page.Locator("main").EvaluateAsync<string>(PageScripts.Words);

    private static async Task<string> PictureAsync(IPage page, string folder, string name)
    {
        var file = Path.Combine(folder, name + ".png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = file, FullPage = true, Animations = ScreenshotAnimations.Disabled });
        return file;
    }
}
