using TokenExchange.Core.Configuration;

namespace TokenExchange.Storage.Policies;

/// <summary>A draft of the whole policy set, without its content.</summary>
/// <param name="Id">The draft.</param>
/// <param name="Title">What it is about, in the words of whoever began it.</param>
/// <param name="BasedOn">Version of the policy set it changes; published only while that is still the published one.</param>
/// <param name="Version">Grows by one with every change; who changes it says which one they have seen.</param>
/// <param name="Editors">Everybody who has ever written it, in the order they came.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="UpdatedBy">By whom.</param>
public sealed record DraftHeader(
    string Id, string Title, long BasedOn, long Version, IReadOnlyList<string> Editors, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>A draft of the whole policy set: what the purposes and policies would be. It may be wrong; then it cannot be published.</summary>
/// <param name="Header">What it is.</param>
/// <param name="Purposes">All purposes there would be.</param>
/// <param name="Policies">All policies there would be.</param>
public sealed record PolicyDraft(DraftHeader Header, IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies);

/// <summary>A draft at one version, to be published.</summary>
/// <param name="Id">The draft.</param>
/// <param name="Version">The version that was judged.</param>
/// <param name="Note">What whoever publishes says about it; null when they say nothing.</param>
public sealed record DraftPublication(string Id, long Version, string? Note);

/// <summary>One published version of the policy set, without its content.</summary>
/// <param name="Version">Grows by one with every publication.</param>
/// <param name="ContentHash">Lower-case hex SHA-256 of purposes and policies, independent of their order.</param>
/// <param name="PublishedAt">When.</param>
/// <param name="PublishedBy">By whom: a client id, or <c>apply</c> for the command; null when nobody was named.</param>
/// <param name="Note">What they said about it; null when they said nothing.</param>
public sealed record PublishedHeader(long Version, string ContentHash, DateTimeOffset PublishedAt, string? PublishedBy, string? Note);

/// <summary>One published version of the policy set.</summary>
/// <param name="Header">What it is.</param>
/// <param name="Purposes">Its purposes.</param>
/// <param name="Policies">Its policies.</param>
public sealed record PublishedPolicies(PublishedHeader Header, IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies);
