using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>One policy in full, with every limit explained.</summary>
public sealed class PolicyModel(PolicyDrafts drafts, PolicySetStore sets) : PolicySourcePage(drafts, sets)
{
    /// <summary>The policy.</summary>
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = string.Empty;

    /// <summary>What it says.</summary>
    public PolicyDefinition Policy { get; private set; } = null!;

    /// <summary>Its members: who, where and what.</summary>
    public IReadOnlyList<PolicyFact> Reach => PolicyFact.Reach(Policy, Names);

    /// <summary>Its limits; a deny has none.</summary>
    public IReadOnlyList<PolicyFact> Limits => Policy.Effect == "deny" ? [] : PolicyFact.Limits(Policy, Names);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await LoadAsync() || Policies.FirstOrDefault(p => p.Name == Id) is not { } policy)
        {
            return NotFound();
        }

        Policy = policy;
        return Page();
    }
}
