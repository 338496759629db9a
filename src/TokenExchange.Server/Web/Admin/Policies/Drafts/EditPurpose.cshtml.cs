using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Edits one purpose of a draft, or adds one.</summary>
[Authorize(Rights.Author)]
public sealed class EditPurposeModel(PolicyDrafts drafts, DraftParts parts) : EditPage<PurposeDefinition>(drafts, parts, ItemKinds.Purposes)
{
    /// <summary>What is typed.</summary>
    [BindProperty]
    public PurposeInput Input { get; set; } = new();

    /// <summary>How many policies of the draft name it.</summary>
    public int PolicyCount => Draft.Policies.Count(p => p.Purpose == Name);

    /// <summary>States to choose from.</summary>
    public IEnumerable<SelectListItem> StateItems =>
    [
        new SelectListItem("active: agents can declare it", "active"), new SelectListItem("retired: no token is issued under it", "retired"),
        .. Input.State is null or "active" or "retired" ? (SelectListItem[])[] : [new SelectListItem($"{Input.State} (not a state)", Input.State)],
    ];

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (await OpenAsync() is { } elsewhere)
        {
            return elsewhere;
        }

        Input = Was is null ? new PurposeInput() : PurposeInput.Of(Was);
        return Page();
    }

    /// <summary>Saves it.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync() => await LoadAsync() ? await SaveAsync(Input.Read()) : Lose(Input.Read());

    /// <inheritdoc />
    protected override string EditPageName => "/Admin/Policies/Drafts/EditPurpose";
}
