using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Asks before a purpose or policy is taken out of a draft.</summary>
[Authorize(Rights.Author)]
public sealed class RemoveModel(PolicyDrafts drafts, DraftParts parts) : DraftPage(drafts)
{
    /// <summary>The policy; null for a purpose.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Policy { get; set; }

    /// <summary>The purpose; null for a policy.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Purpose { get; set; }

    /// <summary>The tag of what was seen.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    /// <summary>The policy it is about; null for a purpose.</summary>
    public PolicyDefinition? PolicyDefinition { get; private set; }

    /// <summary>The purpose it is about; null for a policy.</summary>
    public PurposeDefinition? PurposeDefinition { get; private set; }

    /// <summary>The policies that name the purpose, and would name one that there is not.</summary>
    public IReadOnlyList<PolicyDefinition> Left => [.. Draft.Policies.Where(p => Purpose is not null && p.Purpose == Purpose)];

    /// <summary>What happened instead of what was asked for; null when nothing was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync() ? Page() : NotFound();

    /// <summary>Takes it out.</summary>
    [Needs(Rights.Author)]
    public Task<IActionResult> OnPostAsync() =>
        Policy is { } policy ? RemoveAsync(ItemKinds.Policies, policy) : RemoveAsync(ItemKinds.Purposes, Purpose ?? string.Empty);

    private async Task<IActionResult> RemoveAsync<T>(DraftedKind<T> kind, string name)
        where T : class, new()
    {
        var outcome = await parts.DeleteAsync(Id, kind, name, Seen ?? string.Empty, Caller, CancellationToken.None);
        if (outcome is PartOutcome<T>.Conflict && await ShowAsync())
        {
            Refusal = "Somebody else has changed it since you looked at it. This is what it is now; delete it if you still want to.";
            ModelState.Remove(nameof(Seen));
            return Page();
        }

        if (!await LoadAsync())
        {
            return Gone();
        }

        Say(outcome is PartOutcome<T>.Saved ? $"Taken out of the draft: {kind.Word} {name}." : DraftWords.Of(outcome));
        return Then("/Admin/Policies/Drafts/Index", new { id = Id });
    }

    private async Task<bool> ShowAsync()
    {
        if (!await LoadAsync())
        {
            return false;
        }

        if (Policy is { } policy && await parts.FindAsync(Id, ItemKinds.Policies, policy, Aborted) is { } found)
        {
            (PolicyDefinition, Seen) = (found.Part.Definition, found.Part.Tag);
        }
        else if (Policy is null && Purpose is { } purpose && await parts.FindAsync(Id, ItemKinds.Purposes, purpose, Aborted) is { } other)
        {
            (PurposeDefinition, Seen) = (other.Part.Definition, other.Part.Tag);
        }

        return PolicyDefinition is not null || PurposeDefinition is not null;
    }
}
