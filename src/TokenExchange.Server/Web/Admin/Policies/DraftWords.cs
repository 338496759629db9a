using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>What came of a change, in words for whoever asked for it.</summary>
public static class DraftWords
{
    /// <summary>In a sentence or two.</summary>
    public static string Of(DraftOutcome outcome) => outcome switch
    {
        DraftOutcome.Written => "Saved.",
        DraftOutcome.Deleted => "The draft is deleted.",
        DraftOutcome.Published(var version, _) => $"Published: version {version} is in force on every node.",
        DraftOutcome.NotFound => "There is no such draft any more: it was published or deleted meanwhile.",
        DraftOutcome.Stale(var current) => $"{current.Header.UpdatedBy} has changed the draft since you looked at it. Nothing was changed.",
        DraftOutcome.Invalid({ Count: 1 } problems) => $"It cannot be: {problems[0]}.",
        DraftOutcome.Invalid(var problems) => $"It cannot be: {problems.Count} things are wrong.",
        DraftOutcome.TooMany(var most) => $"There are {most} drafts already. Publish or delete some first.",
        DraftOutcome.Superseded(var basedOn, var published, _) => $"The draft is based on version {basedOn}, and version {published} has been published since. Look at what it changed first.",
        DraftOutcome.Unchanged(var published) => $"The draft is just what is published as version {published}: there is nothing to publish.",
        DraftOutcome.OwnWork => "You have written this draft; somebody else must publish it.",
        _ => throw new InvalidOperationException("Unknown outcome."),
    };

    /// <summary>The same for a part of a draft, where nothing was changed.</summary>
    public static string Of<T>(PartOutcome<T> outcome) => outcome switch
    {
        PartOutcome<T>.Saved => "Saved.",
        PartOutcome<T>.Unchanged => "It was so already.",
        PartOutcome<T>.Conflict => "Somebody else has changed it meanwhile.",
        PartOutcome<T>.NotFound => "It is no longer there: it was deleted meanwhile, or the draft was published or deleted.",
        PartOutcome<T>.AlreadyExists => "There is one of this name already; choose another name.",
        PartOutcome<T>.Invalid(var problems) => $"It cannot be kept: {string.Join("; ", problems.Take(3))}.",
        _ => throw new InvalidOperationException("Unknown outcome."),
    };
}
