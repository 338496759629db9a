using Microsoft.Playwright;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Journeys;

/// <summary>How somebody goes through the pages.</summary>
public enum Way
{
    /// <summary>With the mouse, and scripts run.</summary>
    Mouse,

    /// <summary>With nothing but the keyboard, and scripts run.</summary>
    Keyboard,

    /// <summary>With the mouse, and no script runs.</summary>
    NoScript,
}

/// <summary>Does with a page what people do with it, in one of the ways there are.</summary>
internal sealed class Hand(Visit visit, Way way)
{
    // More stops than the longest form has.
    private const int MostStops = 400;

    /// <summary>Every way, for a theory.</summary>
    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    /// <summary>What a window must be for it.</summary>
    public static BrowserNewContextOptions Window(Way way) => new() { JavaScriptEnabled = way is not Way.NoScript };

    public Visit Visit { get; } = visit;

    public Way Way { get; } = way;

    public IPage Page => Visit.Page;

    /// <summary>Follows the first link in the page of that name.</summary>
    public Task FollowAsync(string name) => PressAsync(Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).First);

    /// <summary>Presses the button of that name, the last one where a page has it above and below.</summary>
    public Task PressAsync(string button) => PressAsync(Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).Last);

    /// <summary>Writes into the field of that label or, where there are several, the one with this id.</summary>
    public Task FillAsync(string label, string text) => FillAsync(Page.GetByLabel(label, new() { Exact = true }), text);

    public async Task FillAsync(ILocator field, string text)
    {
        if (Way is not Way.Keyboard)
        {
            await field.FillAsync(text);
            return;
        }

        await ReachAsync(field);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
        (await field.InputValueAsync()).ShouldBe(text);
    }

    public async Task PressAsync(ILocator control)
    {
        if (Way is not Way.Keyboard)
        {
            await control.ClickAsync();
            return;
        }

        await ReachAsync(control);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Ticks a box or takes the tick away.</summary>
    public async Task TickAsync(ILocator box, bool ticked = true)
    {
        if (Way is not Way.Keyboard)
        {
            await box.SetCheckedAsync(ticked);
            return;
        }

        if (await box.IsCheckedAsync() != ticked)
        {
            await ReachAsync(box);
            await Page.Keyboard.PressAsync("Space");
        }

        (await box.IsCheckedAsync()).ShouldBe(ticked);
    }

    /// <summary>Chooses from a list what is called so.</summary>
    public async Task ChooseAsync(ILocator list, string text)
    {
        if (Way is not Way.Keyboard)
        {
            await list.SelectOptionAsync(new SelectOptionValue { Label = text });
            return;
        }

        await ReachAsync(list);
        await Page.Keyboard.TypeAsync(text);
        (await list.EvaluateAsync<string>("l => l.selectedOptions[0].label")).ShouldBe(text);
    }

    /// <summary>Waits for the page with this heading.</summary>
    public Task ArriveAsync(string heading) => Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    /// <summary>Signs in, which ends at the overview.</summary>
    public async Task SignInAsync(string userName)
    {
        await Visit.GoAsync("/admin/sign-in");
        await FillAsync("User name", userName);
        await FillAsync("Password", Who.Password);
        await PressAsync("Sign in");
        await ArriveAsync("Overview");
    }

    // Tab from wherever the focus is until it is there.
    private async Task ReachAsync(ILocator control)
    {
        await control.WaitForAsync();
        for (var i = 0; i < MostStops; i++)
        {
            if (await control.EvaluateAsync<bool>("c => c === document.activeElement"))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{control} is not reached by Tab");
    }
}
