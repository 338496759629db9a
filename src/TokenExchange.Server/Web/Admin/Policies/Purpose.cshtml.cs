using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>One purpose in full, with its policies in words.</summary>
public sealed class PurposeModel(PolicyDrafts drafts, PolicySetStore sets) : PolicySourcePage(drafts, sets)
{
    /// <summary>The purpose.</summary>
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = string.Empty;

    /// <summary>What there is of it.</summary>
    public PurposeGroup Group { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await LoadAsync() || PurposeGroup.Of(Purposes, Policies).FirstOrDefault(g => g.Id == Id && g.Purpose is not null) is not { } group)
        {
            return NotFound();
        }

        Group = group;
        return Page();
    }
}
