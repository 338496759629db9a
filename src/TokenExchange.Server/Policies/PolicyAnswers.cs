using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>A page of published versions, newest first.</summary>
/// <param name="Versions">The versions.</param>
/// <param name="Before">What to ask for as <c>before</c> to have the next page; null when this is the last.</param>
public sealed record PolicySetPage(IReadOnlyList<PublishedHeader> Versions, long? Before);

/// <summary>A published version.</summary>
/// <param name="Version">Grows by one with every publication.</param>
/// <param name="ContentHash">Lower-case hex SHA-256 of purposes and policies, independent of their order.</param>
/// <param name="PublishedAt">When.</param>
/// <param name="PublishedBy">By whom.</param>
/// <param name="Note">What they said about it.</param>
/// <param name="Purposes">Its purposes.</param>
/// <param name="Policies">Its policies.</param>
public sealed record PolicySetAnswer(
    long Version, string ContentHash, DateTimeOffset PublishedAt, string? PublishedBy, string? Note, IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies)
{
    /// <summary>As it is answered.</summary>
    public static PolicySetAnswer Of(PublishedPolicies published)
    {
        ArgumentNullException.ThrowIfNull(published);
        var h = published.Header;
        return new(h.Version, h.ContentHash, h.PublishedAt, h.PublishedBy, h.Note, published.Purposes, published.Policies);
    }
}

/// <summary>All drafts.</summary>
/// <param name="Drafts">The one begun last first, without their content.</param>
public sealed record DraftList(IReadOnlyList<DraftHeader> Drafts);

/// <summary>A draft with its content.</summary>
/// <param name="Id">The draft.</param>
/// <param name="Title">What it is about.</param>
/// <param name="BasedOn">The version of the policy set that it changes.</param>
/// <param name="Version">The draft's own version, which is also its ETag.</param>
/// <param name="Editors">Everybody who has ever written it.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="UpdatedBy">By whom.</param>
/// <param name="Purposes">All purposes there would be.</param>
/// <param name="Policies">All policies there would be.</param>
public sealed record DraftAnswer(
    string Id,
    string Title,
    long BasedOn,
    long Version,
    IReadOnlyList<string> Editors,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset UpdatedAt,
    string UpdatedBy,
    IReadOnlyList<PurposeDefinition> Purposes,
    IReadOnlyList<PolicyDefinition> Policies)
{
    /// <summary>As it is answered.</summary>
    public static DraftAnswer Of(PolicyDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var h = draft.Header;
        return new(h.Id, h.Title, h.BasedOn, h.Version, h.Editors, h.CreatedAt, h.CreatedBy, h.UpdatedAt, h.UpdatedBy, draft.Purposes, draft.Policies);
    }
}

/// <summary>What is wrong with a draft; nothing, when it could be published.</summary>
/// <param name="Problems">Every problem with its member.</param>
public sealed record DraftProblems(IReadOnlyList<MemberProblem> Problems);

/// <summary>What was published.</summary>
/// <param name="Version">The new version of the policy set.</param>
/// <param name="Changes">What it changed.</param>
public sealed record Publication(long Version, IReadOnlyList<ConfigurationChange> Changes);
