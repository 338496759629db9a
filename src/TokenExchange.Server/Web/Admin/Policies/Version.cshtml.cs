using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>One published version: what it changed, and all of it.</summary>
public sealed class VersionModel(PolicyDrafts drafts, PolicySetStore sets) : AdminPage
{
    /// <summary>Which.</summary>
    [BindProperty(SupportsGet = true)]
    public long Version { get; set; }

    /// <summary>Who published it, when.</summary>
    public PublishedHeader Header { get; private set; } = null!;

    /// <summary>The version before it; null when it is the first.</summary>
    public PublishedHeader? Earlier { get; private set; }

    /// <summary>What it changed of the one before.</summary>
    public IReadOnlyList<ComparedPurpose> Changes { get; private set; } = [];

    /// <summary>All of it.</summary>
    public IReadOnlyList<PurposeGroup> Groups { get; private set; } = [];

    /// <summary>The parties as they are configured now.</summary>
    public PartyNames Names { get; private set; } = null!;

    /// <summary>The version that is in force.</summary>
    public long InForce { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync() => await LoadAsync() ? Page() : NotFound();

    /// <summary>Begins a draft that goes back to it.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync()
    {
        var outcome = await drafts.CreateAsync(new DraftInput { Title = $"Back to version {Version}", FromVersion = Version }, Caller, CancellationToken.None);
        if (outcome is DraftOutcome.Written(var draft))
        {
            Say($"The draft holds the content of version {Version}. Nothing changes until it is published.");
            return Then("/Admin/Policies/Drafts/Changes", new { id = draft.Header.Id });
        }

        ModelState.AddModelError(string.Empty, DraftWords.Of(outcome));
        return await LoadAsync() ? Page() : NotFound();
    }

    private async Task<bool> LoadAsync()
    {
        if (await sets.FindAsync(Version, Aborted) is not { } published)
        {
            return false;
        }

        var current = await drafts.CurrentAsync(Aborted);
        var before = await sets.ListAsync(Version, 1, Aborted) is [var earlier] ? await sets.FindAsync(earlier.Version, Aborted) : null;
        (Header, Earlier, InForce, Names) = (published.Header, before?.Header, current.PolicySetVersion, new PartyNames(current.Content));
        Groups = PurposeGroup.Of(published.Purposes, published.Policies);
        Changes = PolicyComparison.Between(Content(before), Content(published));
        return true;
    }

    private static ExchangeConfiguration? Content(PublishedPolicies? published) =>
        published is null ? null : new ExchangeConfiguration { Purposes = published.Purposes, Policies = published.Policies };
}
