using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>A page that reads out of one content of the policy set: what is published, an earlier version, or a draft, as its address says.</summary>
public abstract class PolicySourcePage(PolicyDrafts drafts, PolicySetStore sets) : AdminPage
{
    /// <summary>A draft to read from; null for what is or was published.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Draft { get; set; }

    /// <summary>An earlier version to read from; null for what is published now.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Version { get; set; }

    /// <summary>The draft, where it is read from one.</summary>
    public DraftHeader? DraftHeader { get; private set; }

    /// <summary>All purposes of the content.</summary>
    public IReadOnlyList<PurposeDefinition> Purposes { get; private set; } = [];

    /// <summary>All policies of the content.</summary>
    public IReadOnlyList<PolicyDefinition> Policies { get; private set; } = [];

    /// <summary>The parties as they are configured now.</summary>
    public PartyNames Names { get; private set; } = null!;

    /// <summary>What is configured and published now.</summary>
    public StoredConfiguration Current { get; private set; } = null!;

    /// <summary>Whether it is read from what is published now.</summary>
    public bool IsCurrent => DraftHeader is null && Version is null;

    /// <summary>Where it stands, in words.</summary>
    public string Place => DraftHeader is { } draft ? $"Draft “{draft.Title}”" : Version is { } version ? $"Version {version}" : "Purposes & policies";

    /// <summary>The page that lists it.</summary>
    public string PlaceAddress => DraftHeader is { } draft ? Url.Page("/Admin/Policies/Drafts/Index", new { id = draft.Id })!
        : Version is { } version ? Url.Page("/Admin/Policies/Version", new { version })!
        : Url.Page("/Admin/Policies/Index")!;

    /// <summary>Reads it; false when there is no such draft or version.</summary>
    protected async Task<bool> LoadAsync()
    {
        Current = await drafts.CurrentAsync(Aborted);
        Names = new PartyNames(Current.Content);
        (Purposes, Policies) = (Current.Content.Purposes!, Current.Content.Policies!);
        if (Draft is { } id)
        {
            if (await drafts.FindAsync(id, Aborted) is not { } draft)
            {
                return false;
            }

            (DraftHeader, Purposes, Policies) = (draft.Header, draft.Purposes, draft.Policies);
        }
        else if (Version is { } version)
        {
            if (await sets.FindAsync(version, Aborted) is not { } published)
            {
                return false;
            }

            (Purposes, Policies) = (published.Purposes, published.Policies);
        }

        return true;
    }
}
