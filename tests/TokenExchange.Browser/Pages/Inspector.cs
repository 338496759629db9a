using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>Looks at one page in every way: both themes, small windows, by keyboard, without scripts; with a picture of each.</summary>
internal static class Inspector
{
    /// <summary>A telephone.</summary>
    public const int Narrow = 390;

    private static readonly string s_axe = new BundledAxeScriptProvider().GetScript();

    public static async Task<Inspection> InspectAsync(Site site, PageView view, string folder)
    {
        var seen = await site.LookAsync(view.Example.Who, script: true, visit => InspectAsync(visit, view, view.Example.Path(site), folder));
        return seen.Status == view.Example.Status ? seen with { WordsWithoutScript = await WithoutScriptAsync(site, view) } : seen;
    }

    private static async Task<Inspection> InspectAsync(Visit visit, PageView view, string path, string folder)
    {
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

        await visit.Page.SetViewportSizeAsync(Visit.Wide, Visit.High);
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await visit.GoAsync(path, view.Example.Status);
        var dark = await ViolationsAsync(visit.Page);
        pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-dark"));
        var (reached, unreached) = await Keyboard.WalkAsync(visit.Page);
        return new Inspection
        {
            Status = status, Address = new Uri(visit.Page.Url).PathAndQuery, Complaints = visit.Complaints, Words = words,
            Violations = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["light"] = light, ["dark"] = dark },
            Overflow = overflow, Reached = reached, Unreached = unreached, Pictures = pictures,
        };
    }

    /// <summary>Pictures alone, for a page as it looks while there is nothing.</summary>
    public static async Task<IReadOnlyList<string>> PictureAsync(Site site, PageView view, string folder)
    {
        var pictures = new List<string>();
        await using var visit = await site.OpenAsync(view.Example.Who);
        foreach (var (scheme, name) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await visit.GoAsync(view.Example.Path(site));
            pictures.Add(await PictureAsync(visit.Page, folder, $"{view.Slug}-empty-{name}"));
        }

        visit.Complaints.ShouldBeEmpty();
        return pictures;
    }

    internal static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(s_axe);
        return await page.EvaluateAsync<string[]>(PageScripts.Axe);
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

    private static Task<string> WithoutScriptAsync(Site site, PageView view) => site.LookAsync(view.Example.Who, script: false, async visit =>
    {
        await visit.Page.GotoAsync(view.Example.Path(site));
        return await WordsAsync(visit.Page);
    });

    private static async Task<string> WordsAsync(IPage page) => await page.Locator("main").EvaluateAsync<string>(PageScripts.Words);

    private static async Task<string> PictureAsync(IPage page, string folder, string name)
    {
        var file = Path.Combine(folder, name + ".png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = file, FullPage = true, Animations = ScreenshotAnimations.Disabled });
        return file;
    }
}
