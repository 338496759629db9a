using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>What came of a change of a draft.</summary>
public abstract record DraftOutcome
{
    private DraftOutcome()
    {
    }

    /// <summary>It was written; this is the draft now.</summary>
    public sealed record Written(PolicyDraft Draft) : DraftOutcome;

    /// <summary>It was deleted.</summary>
    public sealed record Deleted : DraftOutcome;

    /// <summary>It was published as this version, with these changes, and is gone.</summary>
    public sealed record Published(long Version, IReadOnlyList<ConfigurationChange> Changes) : DraftOutcome;

    /// <summary>There is no such draft; nothing was changed.</summary>
    public sealed record NotFound : DraftOutcome;

    /// <summary>Somebody else has changed it meanwhile, to this; nothing was changed.</summary>
    public sealed record Stale(PolicyDraft Current) : DraftOutcome;

    /// <summary>It cannot be; nothing was changed.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : DraftOutcome;

    /// <summary>There are as many drafts as there can be; nothing was changed.</summary>
    public sealed record TooMany(int Most) : DraftOutcome;

    /// <summary>Another version has been published since the one it is based on, with these changes from that to this; nothing was changed.</summary>
    public sealed record Superseded(long BasedOn, long PublishedVersion, IReadOnlyList<ConfigurationChange> Changes) : DraftOutcome;

    /// <summary>It is what is published already; nothing was changed.</summary>
    public sealed record Unchanged(long PublishedVersion) : DraftOutcome;

    /// <summary>Whoever wants to publish it has written it, and another pair of eyes is needed; nothing was changed.</summary>
    public sealed record OwnWork : DraftOutcome;
}

/// <summary>How a draft differs from what is published.</summary>
/// <param name="BasedOn">The version it is based on.</param>
/// <param name="Published">The version published now, with which it is compared.</param>
/// <param name="Changes">What publishing it would change.</param>
public sealed record DraftDifference(long BasedOn, long Published, IReadOnlyList<ConfigurationChange> Changes);
