using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>A published version in a list.</summary>
/// <param name="Header">Which.</param>
/// <param name="Changes">How much it changed of the one before, in a few words.</param>
public sealed record ListedVersion(PublishedHeader Header, string Changes);

/// <summary>All published versions, newest first.</summary>
public sealed class VersionsModel(PolicySetStore sets) : AdminPage
{
    private const int PerPage = 20;

    /// <summary>Only versions before this one; null from the newest on.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Before { get; set; }

    /// <summary>Those to show.</summary>
    public IReadOnlyList<ListedVersion> Versions { get; private set; } = [];

    /// <summary>The version that is in force.</summary>
    public long InForce { get; private set; }

    /// <summary>Where older ones are listed; null when there are none.</summary>
    public string? Older { get; private set; }

    /// <summary>Where newer ones are listed; null when there are none.</summary>
    public string? Newer => Before is { } before ? Url.Page("/Admin/Policies/Versions", new { before = before + PerPage > InForce ? (long?)null : before + PerPage }) : null;

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync()
    {
        InForce = await sets.ListAsync(null, 1, Aborted) is [var latest] ? latest.Version : 0;
        var headers = await sets.ListAsync(Before, PerPage + 1, Aborted);
        var listed = new List<ListedVersion>();
        var current = headers.Count > 0 ? await ContentAsync(headers[0]) : null;
        foreach (var (header, earlier) in headers.Zip([.. headers.Skip(1), null]).Take(PerPage))
        {
            var before = earlier is null ? null : await ContentAsync(earlier);
            listed.Add(new ListedVersion(header, PolicyComparison.Summary(PolicyComparison.Between(before, current))));
            current = before;
        }

        Versions = listed;
        Older = headers.Count > PerPage ? Url.Page("/Admin/Policies/Versions", new { before = headers[PerPage - 1].Version }) : null;
    }

    private async Task<ExchangeConfiguration?> ContentAsync(PublishedHeader header) =>
        await sets.FindAsync(header.Version, Aborted) is { } found ? new ExchangeConfiguration { Purposes = found.Purposes, Policies = found.Policies } : null;
}
