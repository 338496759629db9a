using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Simulation;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>
/// Asks a draft what was asked before. Without a script the answer is the page with the result; with one it comes in lines of JSON: progress, and at the end the
/// result as a part of the page.
/// </summary>
[Authorize(Rights.Try)]
public sealed class ReplayModel(PolicyDrafts drafts, PolicyDraftStore store, PolicyChoices choices, Replayer replayer) : DraftPage(drafts)
{
    private const string Busy = "Two replays are running on this server, which is as many as it runs at once. Try again in a few seconds.";
    private const string Wrong = "A draft that is wrong cannot answer questions. Mend what is listed under Content first.";

    private static readonly int[] Choices = [1_000, 10_000, 100_000];

    /// <summary>How many of the last records.</summary>
    [BindProperty]
    public int Last { get; set; } = Choices[1];

    /// <summary>What can be chosen.</summary>
    public IEnumerable<SelectListItem> LastItems => Choices.Select(c => new SelectListItem($"the last {c:N0} exchanges", $"{c}"));

    /// <summary>What the replay before found; null when there was none.</summary>
    public DraftReplay? Before { get; private set; }

    /// <summary>Why nothing was replayed; null when something was, or nothing was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What was found; null when nothing was asked for.</summary>
    internal ReplayResult? Result { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync() ? Page() : NotFound();

    /// <summary>Replays, and answers when it is done. Whoever leaves ends it.</summary>
    [Needs(Rights.Try)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (!await ShowAsync())
        {
            return Gone();
        }

        using var turn = await BeginAsync();
        if (turn is null)
        {
            return Page();
        }

        Result = await RunAsync(turn.Chosen, (_, _) => Task.CompletedTask);
        return Page();
    }

    /// <summary>The same, with progress.</summary>
    [Needs(Rights.Try)]
    public async Task<IActionResult> OnPostStreamAsync()
    {
        Response.ContentType = "application/x-ndjson; charset=utf-8";
        if (!await ShowAsync())
        {
            await WriteLineAsync(new { problem = DraftWords.Of(new DraftOutcome.NotFound()) });
            return new EmptyResult();
        }

        using var turn = await BeginAsync();
        if (turn is null)
        {
            await WriteLineAsync(new { problem = Refusal });
            return new EmptyResult();
        }

        var result = await RunAsync(turn.Chosen, (replayed, of) => WriteLineAsync(new { replayed, of }));
        await WriteLineAsync(new { html = await PartialText.RenderAsync(this, "_ReplayResult", result) });
        return new EmptyResult();
    }

    private async Task<bool> ShowAsync()
    {
        if (!await LoadAsync())
        {
            return false;
        }

        Before = await store.FindReplayAsync(Id, Aborted);
        return true;
    }

    private async Task<Turn?> BeginAsync()
    {
        if (!Choices.Contains(Last))
        {
            Refusal = "Choose how many records.";
            return null;
        }

        var (chosen, _) = await choices.FindAsync(new ReplayInput { Draft = Id, Last = Last }, Aborted);
        if (chosen is null)
        {
            Refusal = Wrong;
            return null;
        }

        if (replayer.TryBegin() is { } turn)
        {
            return new Turn(turn, chosen);
        }

        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Response.Headers.RetryAfter = "5";
        Refusal = Busy;
        return null;
    }

    private async Task<ReplayResult> RunAsync(ChosenPolicies chosen, Func<int, int, Task> progress)
    {
        var result = new ReplayResult(await replayer.ReplayAsync(chosen.Catalog.Policies, Last, progress, Aborted), Draft.Header.Version);
        var (tally, denied, permitted) = (result.Tally, result.Count("denied"), result.Count("permitted"));
        await store.KeepReplayAsync(
            Id, new DraftReplay(result.Version, Now, Caller.ClientId, tally.Records, tally.Unchanged, denied, permitted, tally.Changed - denied - permitted, result.NotReplayable), CancellationToken.None);
        return result;
    }

    private async Task WriteLineAsync<T>(T line)
    {
        await Response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, ConfigurationJson.Compact), (byte)'\n'], Aborted);
        await Response.Body.FlushAsync(Aborted);
    }

    private sealed class Turn(IDisposable turn, ChosenPolicies chosen) : IDisposable
    {
        public ChosenPolicies Chosen { get; } = chosen;

        public void Dispose() => turn.Dispose();
    }
}
