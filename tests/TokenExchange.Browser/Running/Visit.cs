using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace TokenExchange.Browser.Running;

/// <summary>A window and what the browser complained of in it: errors on the console, scripts that threw, what the content security policy stopped, dialogs.</summary>
public sealed class Visit : IAsyncDisposable
{
    /// <summary>The width that most people look from.</summary>
    public const int Wide = 1360;

    /// <summary>The height of the window.</summary>
    public const int High = 900;

    private readonly IBrowserContext _context;
    private readonly bool _script;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);

    private Visit(IBrowserContext context, IPage page, bool script) => (_context, Page, _script) = (context, page, script);

    public IPage Page { get; }

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>Forgets them.</summary>
    public void Forget()
    {
        _complaints.Clear();
        _refused.Clear();
    }

    /// <summary>Opens the window.</summary>
    /// <param name="context">Its cookies and settings.</param>
    /// <param name="script">Whether scripts run in it, by those settings.</param>
    public static async Task<Visit> BeginAsync(IBrowserContext context, bool script)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.SetDefaultTimeout(20_000);
        var visit = new Visit(context, await context.NewPageAsync(), script);
        visit.Listen();
        return visit;
    }

    /// <summary>Goes to a page and waits until it has settled.</summary>
    public async Task GoAsync(string path, int status = 200) => (await TryAsync(path, status)).ShouldBe(status, path);

    /// <summary>The same, and returns the status.</summary>
    public async Task<int> TryAsync(string path, int expected = 200)
    {
        if (expected >= 400)
        {
            _refused[new Uri(new Uri("http://localhost"), path).PathAndQuery] = true;

            // Where who lacks a right is sent.
            _refused["/admin/forbidden"] = true;
        }

        var response = (await Page.GotoAsync(path)).ShouldNotBeNull();
        await SettleAsync();
        return response.Status;
    }

    /// <summary>Waits for fonts and for what scripts draw at once; where none run, nothing comes after the page.</summary>
    public Task SettleAsync() => _script ? SettleAsync(Page) : Task.CompletedTask;

    /// <summary>The same of any page.</summary>
    public static Task SettleAsync(IPage page) => page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Listen()
    {
        Page.Console += (_, message) =>
        {
            // A page that was to be refused is an error to the console, too.
            var refused = Uri.TryCreate(message.Location.Split(".html:")[0], UriKind.Absolute, out var from) && _refused.Keys.Any(p => from.PathAndQuery.StartsWith(p, StringComparison.Ordinal));
            if (message.Type is "error" or "warning" && !(refused && message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)))
            {
                _complaints.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
            }
        };
        Page.PageError += (_, error) => _complaints.Enqueue($"threw: {error}");
        Page.Dialog += async (_, dialog) =>
        {
            _complaints.Enqueue($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };

        // What is cut off because somebody goes on to the next page has not failed.
        Page.RequestFailed += (_, request) =>
        {
            if (request.Failure != "net::ERR_ABORTED")
            {
                _complaints.Enqueue($"failed: {request.Url} {request.Failure}");
            }
        };
    }
}
