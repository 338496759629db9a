using Microsoft.Playwright;

namespace TokenExchange.Browser.Pages;

/// <summary>Walks through a page with the Tab key (WCAG 2.1.1, 2.4.7, 2.4.11).</summary>
internal static class Keyboard
{
    // Windows have stops of their own between the last control and the first, and what scrolls is one as well.
    private const int MoreStops = 25;

    /// <summary>How many controls were reached, and what is wrong with the others.</summary>
    public static async Task<(int Reached, IReadOnlyList<string> Problems)> WalkAsync(IPage page)
    {
        var controls = await page.EvaluateAsync<string[]>(PageScripts.FindControls);
        var reached = new HashSet<int>();
        var problems = new List<string>();
        for (var i = 0; i < controls.Length + MoreStops && reached.Count < controls.Length; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var at = await page.EvaluateAsync<Stop>(PageScripts.AtFocus);
            if (at.Number >= 0 && reached.Add(at.Number) && at.Problem.Length > 0)
            {
                problems.Add($"{controls[at.Number]} {at.Problem}");
            }
        }

        problems.AddRange(controls.Where((_, i) => !reached.Contains(i)).Select(c => $"{c} is not reached"));
        return (reached.Count, problems);
    }

    private sealed record Stop
    {
        public int Number { get; init; }

        public string Problem { get; init; } = string.Empty;
    }
}
