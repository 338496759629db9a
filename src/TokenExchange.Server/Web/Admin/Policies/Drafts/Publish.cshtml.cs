using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>The last look at a draft before it is in force.</summary>
[Authorize(Rights.Publish)]
public sealed class PublishModel(PolicyDrafts drafts, PolicyDraftStore store, IOptions<PolicySettings> settings) : DraftPage(drafts)
{
    /// <summary>The version of the draft that was seen.</summary>
    [BindProperty]
    public long Seen { get; set; }

    /// <summary>What to remember about this version.</summary>
    [BindProperty]
    public string? Note { get; set; }

    /// <summary>What it would change.</summary>
    public IReadOnlyList<ComparedPurpose> Changes { get; private set; } = [];

    /// <summary>What the last replay found; null when there was none.</summary>
    public DraftReplay? Replay { get; private set; }

    /// <summary>What happened instead of publishing; null when nothing was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether somebody else must publish what somebody has written.</summary>
    public bool FourEyes => settings.Value.FourEyes;

    /// <summary>Whether whoever looks has written it.</summary>
    public bool IsOwnWork => Draft.Header.Editors.Contains(Caller.ClientId, StringComparer.Ordinal);

    /// <summary>Whether there is a button.</summary>
    public bool CanPublish => State.Ready && !(FourEyes && IsOwnWork);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync() ? Page() : NotFound();

    /// <summary>Publishes it.</summary>
    [Needs(Rights.Publish)]
    public async Task<IActionResult> OnPostAsync()
    {
        var input = new PublicationInput { Note = FormText.Of(Note) };
        if (new PublicationInputValidator().Validate(input) is { IsValid: false } judged)
        {
            ModelState.AddModelError(nameof(Note), judged.Errors[0].ErrorMessage);
            return await ShowAsync() ? Page() : Gone();
        }

        // Not the request's token: who hangs up must find it published or not, and not ask which.
        var outcome = await Drafts.PublishAsync(Id, Seen, input.Note, Caller, CancellationToken.None);
        switch (outcome)
        {
            case DraftOutcome.Published(var version, _):
                Say(DraftWords.Of(outcome));
                return Then("/Admin/Policies/Version", new { version });
            case DraftOutcome.NotFound:
                return Gone();
            default:
                Refusal = DraftWords.Of(outcome);
                return await ShowAsync() ? Page() : Gone();
        }
    }

    private async Task<bool> ShowAsync()
    {
        if (!await LoadAsync())
        {
            return false;
        }

        Changes = PolicyComparison.Between(PublishedContent, DraftContent);
        Replay = await store.FindReplayAsync(Id, Aborted);
        return true;
    }
}
