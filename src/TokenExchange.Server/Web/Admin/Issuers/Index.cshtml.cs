using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>The trusted issuers, and whether their keys are at hand.</summary>
public sealed class IndexModel(IssuerStatuses statuses) : AdminPage
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IssuerStatus> All { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync() => All = await statuses.ListAsync(Aborted);

    /// <summary>Fetches the keys of one now.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostFetchAsync(string? id)
    {
        if (await statuses.FetchNowAsync(id ?? string.Empty, Aborted) is not { } fetch)
        {
            return NotFound();
        }

        Say(WordsOf(fetch.Fetched, fetch.Status), IsGood(fetch.Fetched, fetch.Status));
        return Then("/Admin/Issuers/Index");
    }

    /// <summary>Whether keys are at hand that were fetched just now.</summary>
    internal static bool IsGood(bool fetched, IssuerStatus status) => fetched && status.Keys.Problem is null;

    /// <summary>What came of fetching keys.</summary>
    internal static string WordsOf(bool fetched, IssuerStatus status)
    {
        var issuer = IdTextTagHelper.Visible(status.Issuer.Issuer);
        return status.Keys.Origin == KeyOrigin.Inline ? $"The keys of {issuer} are pasted here: there is nothing to fetch."
            : !fetched ? $"The keys of {issuer} were asked for less than {PublishedKeys.RetryAfter.TotalSeconds} seconds ago. Wait a moment."
            : status.Keys.Problem is { } problem ? $"The keys of {issuer} could not be had: {IdTextTagHelper.Visible(problem)}"
            : $"The keys of {issuer} are fetched: {status.Keys.Keys.Count}.";
    }
}
