using Microsoft.Playwright;

namespace TokenExchange.Browser.Running;

/// <summary>The system's Chromium, started once for all tests when the first one wants it. Nothing is downloaded: where there is none, tests are skipped.</summary>
public sealed class Chromium : IAsyncDisposable
{
    /// <summary>Names the executable where it is none of the usual ones.</summary>
    public const string Variable = "TOKENEXCHANGE_TEST_CHROMIUM";

    private static readonly string[] s_usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>A window of its own, with its own cookies. Skips the test where there is no Chromium.</summary>
    public async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions options)
    {
        Assert.SkipWhen(Executable() is null, $"Not here: Chromium. Install it (apt-get install chromium), or name it in {Variable}.");
        return await (await _started.Value).Browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (driver, browser) = await _started.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    // A name that leads nowhere is a mistake and no reason to skip: the start fails.
    private static string? Executable() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : s_usual.FirstOrDefault(File.Exists);

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        return (driver, await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable(),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"],
        }));
    }
}
