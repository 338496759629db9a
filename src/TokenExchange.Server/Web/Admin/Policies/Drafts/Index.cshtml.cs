using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>The content of a draft, purpose by purpose.</summary>
public sealed class IndexModel(PolicyDrafts drafts, DraftParts parts) : DraftPage(drafts)
{
    /// <summary>Another title.</summary>
    [BindProperty]
    public string? NewTitle { get; set; }

    /// <summary>The title that was seen.</summary>
    [BindProperty]
    public string? OldTitle { get; set; }

    /// <summary>Text to look for in every name; null for all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Find { get; set; }

    /// <summary>Its purposes with their policies, those that are looked for.</summary>
    public IReadOnlyList<PurposeGroup> Groups { get; private set; } = [];

    /// <summary>Whether there is more than is seen at a glance.</summary>
    public bool IsLong => Draft.Purposes.Count + Draft.Policies.Count > 10;

    /// <summary>Names of the policies that differ from what is published.</summary>
    public IReadOnlySet<(string Kind, string Name)> Touched { get; private set; } = new HashSet<(string, string)>();

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync() ? Page() : NotFound();

    /// <summary>Gives it another title.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostTitleAsync()
    {
        if (!await ShowAsync())
        {
            return Gone();
        }

        // Somebody who edits its content meanwhile does not mind.
        var seen = Draft.Header.Version;
        var outcome = await parts.RetitleAsync(Id, seen, FormText.Of(NewTitle) ?? string.Empty, Caller, CancellationToken.None);
        while (outcome is DraftOutcome.Stale(var current) && current.Header.Title == OldTitle)
        {
            outcome = await parts.RetitleAsync(Id, current.Header.Version, FormText.Of(NewTitle) ?? string.Empty, Caller, CancellationToken.None);
        }

        switch (outcome)
        {
            case DraftOutcome.Written:
                Say("The draft has another title.");
                return Then("/Admin/Policies/Drafts/Index", new { id = Id });
            case DraftOutcome.NotFound:
                return Gone();
            case DraftOutcome.Invalid(var problems):
                ModelState.AddModelError(nameof(NewTitle), problems[0].Message);
                break;
            default:
                ModelState.AddModelError(nameof(NewTitle), DraftWords.Of(outcome));
                break;
        }

        return await ShowAsync() ? Page() : Gone();
    }

    private async Task<bool> ShowAsync()
    {
        if (!await LoadAsync())
        {
            return false;
        }

        Groups = [.. PurposeGroup.Of(Draft.Purposes, Draft.Policies).Select(g => g.Matching(Find, Names)).OfType<PurposeGroup>()];
        Touched = PolicyComparison.Between(PublishedContent, DraftContent).SelectMany(p => p.Items).Select(i => (i.Kind, i.Name)).ToHashSet();
        return true;
    }
}
