using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>What came of editing one item. But for <see cref="Saved"/>, nothing was changed.</summary>
public abstract record ItemOutcome<T>
{
    private ItemOutcome()
    {
    }

    /// <summary>It holds now.</summary>
    /// <param name="Changes">What it changed, member by member.</param>
    /// <param name="Current">The item as it is now; null when it was deleted.</param>
    public sealed record Saved(IReadOnlyList<ConfigurationChange> Changes, Item<T>? Current) : ItemOutcome<T>;

    /// <summary>It is so already.</summary>
    public sealed record Unchanged(Item<T> Current) : ItemOutcome<T>;

    /// <summary>It cannot be: the item is wrong, or others refer to what it would no longer be.</summary>
    public sealed record Invalid(ItemProblems Problems) : ItemOutcome<T>;

    /// <summary>Somebody else has changed the item since it was seen.</summary>
    /// <param name="Current">What it is now; null when it was deleted.</param>
    /// <param name="Submitted">What it would have become; null when it was to be deleted.</param>
    public sealed record Conflict(Item<T>? Current, T? Submitted) : ItemOutcome<T>;

    /// <summary>There is no such item.</summary>
    public sealed record NotFound : ItemOutcome<T>;

    /// <summary>It was to be added, and one of its name is there.</summary>
    public sealed record AlreadyExists(Item<T> Current) : ItemOutcome<T>;

    /// <summary>This caller may not change it in this way.</summary>
    public sealed record Forbidden(ForbiddenChange Why) : ItemOutcome<T>;
}
