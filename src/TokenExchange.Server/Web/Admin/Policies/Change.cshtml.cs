using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>From something published to the draft in which it is to be changed: one that is open, or a new one.</summary>
[Authorize(Rights.Author)]
public sealed class ChangeModel(PolicyDrafts drafts) : AdminPage
{
    private const int MostTitle = 200;

    /// <summary>The policy to change; null for a purpose.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Policy { get; set; }

    /// <summary>The purpose to change; null for a policy.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Purpose { get; set; }

    /// <summary>What it is, in words.</summary>
    public string What => Policy is not null ? $"policy {Policy}" : $"purpose {Purpose}";

    /// <summary>The drafts that are open.</summary>
    public IReadOnlyList<DraftHeader> Drafts { get; private set; } = [];

    /// <summary>Shows the choice.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (Policy is null && Purpose is null)
        {
            return NotFound();
        }

        Drafts = await drafts.ListAsync(Aborted);
        return Page();
    }

    /// <summary>Begins a draft and goes on to the form.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (Policy is null && Purpose is null)
        {
            return NotFound();
        }

        var title = $"Change {What}";
        var input = new DraftInput { Title = DraftInputValidator.IsLine(title, MostTitle) ? title : "Change" };
        var outcome = await drafts.CreateAsync(input, Caller, CancellationToken.None);
        if (outcome is DraftOutcome.Written(var draft))
        {
            return Then(EditPage, new { id = draft.Header.Id, name = Policy ?? Purpose });
        }

        ModelState.AddModelError(string.Empty, DraftWords.Of(outcome));
        Drafts = await drafts.ListAsync(Aborted);
        return Page();
    }

    /// <summary>The form for it.</summary>
    public string EditPage => Policy is not null ? "/Admin/Policies/Drafts/EditPolicy" : "/Admin/Policies/Drafts/EditPurpose";
}
