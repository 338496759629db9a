using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Asks before a draft is deleted.</summary>
[Authorize(Rights.Author)]
public sealed class DeleteModel(PolicyDrafts drafts) : DraftPage(drafts)
{
    /// <summary>The version of the draft that was seen.</summary>
    [BindProperty]
    public long Seen { get; set; }

    /// <summary>What would be lost, in a few words.</summary>
    public string Changes => PolicyComparison.Summary(PolicyComparison.Between(PublishedContent, DraftContent));

    /// <summary>What happened instead of what was asked for; null when nothing was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await LoadAsync() ? Page() : NotFound();

    /// <summary>Deletes it.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync()
    {
        var outcome = await Drafts.DeleteAsync(Id, Seen, Caller, CancellationToken.None);
        if (outcome is DraftOutcome.Deleted or DraftOutcome.NotFound || !await LoadAsync())
        {
            Say(DraftWords.Of(outcome));
            return Then("/Admin/Policies/Index");
        }

        Refusal = $"{DraftWords.Of(outcome)} Look again, and delete it then if you still want to.";
        return Page();
    }
}
