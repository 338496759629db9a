using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Delegations;

/// <summary>Who acts for whom, now.</summary>
public sealed class IndexModel(LiveDelegations live, CatalogSource catalogs) : AdminPage
{
    private const int PageSize = 50;

    /// <summary>The filter.</summary>
    [BindProperty(SupportsGet = true)]
    public LiveForm Q { get; set; } = new();

    /// <summary>Where the page begins; null for the beginning.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>What was found.</summary>
    public LivePage Found { get; private set; } = new([], null);

    /// <summary>The configuration of this moment, for names and for what is disabled.</summary>
    public Catalog Catalog { get; private set; } = null!;

    /// <summary>The address of the next page; null when there is none.</summary>
    public string? NextAddress => Found.Next is { } next ? Q.Address((nameof(After), next.ToString())) : null;

    /// <summary>The address of the rows alone, which the page asks for again and again.</summary>
    public string RowsAddress => Q.Address(("handler", "Rows"), (nameof(After), After));

    /// <summary>Shows the page.</summary>
    public async Task OnGetAsync() => await FindAsync();

    /// <summary>The rows alone.</summary>
    public async Task<IActionResult> OnGetRowsAsync()
    {
        await FindAsync();
        return Partial("Admin/Delegations/_Rows", this);
    }

    /// <summary>The chains of a delegation, first agent first; one that another goes on from is part of that one.</summary>
    public static IReadOnlyList<string> ChainsOf(LiveDelegation delegation)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        var chains = delegation.Tokens.Select(t => string.Join(" → ", t.Agents.Reverse())).Distinct(StringComparer.Ordinal).ToList();
        return [.. chains.Where(c => !chains.Exists(longer => longer.StartsWith(c + " → ", StringComparison.Ordinal)))];
    }

    /// <summary>Why tokens of a delegation are refused although nothing was revoked; null when they are not.</summary>
    public string? Unusable(LiveDelegation delegation)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        return Catalog.FindIssuer(delegation.Delegation.SubjectIssuer) is null ? "issuer disabled"
            : delegation.Tokens.All(t => t.Agents.Any(a => Catalog.FindAgent(a, Now) is null)) ? "agent disabled"
            : delegation.Tokens.All(t => Catalog.FindResource(Core.Tokens.ResourceIndicator.Parse(t.Resource)) is null) ? "resource disabled"
            : null;
    }

    private async Task FindAsync()
    {
        Catalog = await catalogs.CurrentAsync(Aborted);
        var (filter, problems) = Q.Read();
        Explain(problems, "Q.");
        if (After is not null && !DelegationCursor.TryParse(After, out _))
        {
            After = null;
        }

        if (problems.Count == 0)
        {
            Found = await live.ListAsync(filter, Now, DelegationCursor.TryParse(After, out var cursor) ? cursor : null, PageSize, Aborted);
        }
    }
}
