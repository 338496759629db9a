using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>One trusted issuer: its keys, what it may vouch for, and how its claims are read.</summary>
[RequestFormLimits(ValueCountLimit = 200)]
public sealed class EditModel(ItemEditor items, IssuerStatuses statuses) : IssuerPage(items)
{
    /// <summary>What a button does; empty to save.</summary>
    [BindProperty]
    public string? Do { get; set; }

    /// <summary>Whether whoever looks may change it.</summary>
    public bool MayConfigure { get; private set; }

    /// <summary>What this node knows of its keys; null when it was deleted meanwhile.</summary>
    public IssuerStatus? Status { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await FindAsync(firstLook: true))
        {
            return NotFound();
        }

        Input = IssuerInput.Of(Shown);
        return await CompleteAsync(Page());
    }

    /// <summary>Does what a button says: saves it, enables or disables it, or fetches its keys.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync()
    {
        switch (Do)
        {
            case "enable":
                return await AnswerAsync(await Items.EnableAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), "It is enabled: its word is believed again.");
            case "disable":
                return await AnswerAsync(await Items.DisableAsync(Kind, Name, await EditingAsync(), CancellationToken.None), "It is disabled: nothing it signed is believed, and this server calls what was lent on its word dead.");
            case "fetch":
                if (await statuses.FetchNowAsync(Name, Aborted) is not { } fetch)
                {
                    return NotFound();
                }

                Say(IndexModel.WordsOf(fetch.Fetched, fetch.Status), IndexModel.IsGood(fetch.Fetched, fetch.Status));
                return Back();
        }

        var change = ReadInput();
        if (!ModelState.IsValid)
        {
            return await FindAsync(firstLook: false) ? await CompleteAsync(Page()) : NotFound();
        }

        return await RefusedAsync(await Items.EditAsync(Kind, Name, Seen, change, await EditingAsync(), CancellationToken.None), "It is saved, and holds from the next request on.") is { } refused
            ? await CompleteAsync(refused)
            : Back();
    }

    private async Task<IActionResult> AnswerAsync(ItemOutcome<IssuerDefinition> outcome, string done)
    {
        if (await RefusedAsync(outcome, done) is not { } refused)
        {
            return Back();
        }

        Input = IssuerInput.Of(Shown);
        return await CompleteAsync(refused);
    }

    private RedirectToPageResult Back() => Then("/Admin/Issuers/Edit", new { id = Id });

    private async Task<IActionResult> CompleteAsync(IActionResult answer)
    {
        (MayConfigure, Status) = (await MayAsync(Rights.Configure), await statuses.FindAsync(Name, Aborted));
        return answer;
    }
}
