using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Web.Me;

/// <summary>What acted for whoever is signed in, and how it ended.</summary>
public sealed class HistoryModel(DelegationHistory history, CatalogSource catalogs) : UserPage(catalogs)
{
    private const int PageSize = 30;

    /// <summary>Where the page begins; null for the beginning.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    /// <summary>What was found.</summary>
    public HistoryPage Found { get; private set; } = new([], null);

    /// <summary>How it ended, in words.</summary>
    public string EndOf(DelegationEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        return end.Revoked is null ? "Its time was over"
            : end.By == Caller.ClientId ? "You stopped it"
            : end.By?.StartsWith(AdministratorRecords.CallerPrefix, StringComparison.Ordinal) == true ? "An administrator stopped it"
            : end.By == Who.Issuer ? "You signed out, or your account changed"
            : end.Revoked is RootKind.Token ? "The agent gave it back"
            : "It was stopped";
    }

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync()
    {
        await ReadNamesAsync();
        Found = await history.OfSubjectAsync(Who.Subject, Now, DelegationCursor.TryParse(Before, out var cursor) ? cursor : null, PageSize, Aborted);
    }
}
