using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>What came of editing one purpose or policy of a draft. But for <see cref="Saved"/>, nothing was changed.</summary>
public abstract record PartOutcome<T>
{
    private PartOutcome()
    {
    }

    /// <summary>It was written. A draft may be wrong; then it cannot be published.</summary>
    /// <param name="Draft">The draft now.</param>
    /// <param name="Current">The part now; null when it was deleted.</param>
    /// <param name="Problems">What is wrong with this part, and elsewhere in the draft.</param>
    public sealed record Saved(PolicyDraft Draft, Item<T>? Current, ItemProblems Problems) : PartOutcome<T>;

    /// <summary>It is so already.</summary>
    public sealed record Unchanged(Item<T> Current) : PartOutcome<T>;

    /// <summary>Somebody else has changed this part since it was seen.</summary>
    /// <param name="Current">What it is now; null when it was deleted.</param>
    /// <param name="Submitted">What it would have become; null when it was to be deleted.</param>
    /// <param name="By">Who changed the draft last.</param>
    public sealed record Conflict(Item<T>? Current, T? Submitted, string By) : PartOutcome<T>;

    /// <summary>There is no such draft, or no such part to delete.</summary>
    public sealed record NotFound : PartOutcome<T>;

    /// <summary>One of this name is there already.</summary>
    public sealed record AlreadyExists(Item<T> Current) : PartOutcome<T>;

    /// <summary>It cannot even be kept in a draft.</summary>
    public sealed record Invalid(IReadOnlyList<MemberProblem> Problems) : PartOutcome<T>;
}
