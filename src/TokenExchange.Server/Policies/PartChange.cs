using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Policies;

/// <summary>A change of one purpose or policy: added where there is no name, deleted where there is no part.</summary>
/// <param name="Kind">What kind it is of.</param>
/// <param name="Name">The name it had.</param>
/// <param name="Seen">The tag of what was seen under that name.</param>
/// <param name="Part">What it becomes.</param>
internal sealed record PartChange<T>(DraftedKind<T> Kind, string? Name, string? Seen, T? Part)
    where T : class, new()
{
    /// <summary>Why it cannot be made to this content; null when it can, with the part in the form in which it is kept.</summary>
    public PartOutcome<T>? Obstacle(ExchangeConfiguration content, string lastBy, out T? part)
    {
        part = null;
        var was = Name is null ? null : Kind.Find(content, Name);
        if (Part is null)
        {
            return was is null ? new PartOutcome<T>.NotFound() : was.Tag == Seen ? null : new PartOutcome<T>.Conflict(was, null, lastBy);
        }

        if (!ItemShape.TryRead(Part, out part, out var problems))
        {
            return new PartOutcome<T>.Invalid(problems);
        }

        if (Name is not null && was?.Tag != Seen)
        {
            return new PartOutcome<T>.Conflict(was, part, lastBy);
        }

        return was is not null && ItemKind<T>.Tagged(part).Tag == was.Tag ? new PartOutcome<T>.Unchanged(was)
            : (Name is null || !Kind.AreSame(Name, Kind.NameOf(part))) && Kind.Find(content, Kind.NameOf(part)) is { } other ? new PartOutcome<T>.AlreadyExists(other)
            : null;
    }

    /// <summary>The content with the change made.</summary>
    public ExchangeConfiguration Apply(ExchangeConfiguration content, T? part)
    {
        var parts = Kind.Of(content);
        var place = Name is null ? parts.Count : Kind.IndexOf(parts, Name);
        var changed = Kind.With(content, [.. parts.Take(place), .. part is null ? (T[])[] : [part], .. parts.Skip(place + 1)]);

        // A purpose takes its policies along to its new name.
        return part is PurposeDefinition purpose && Name is not null && !string.Equals(Name, purpose.Purpose, StringComparison.Ordinal)
            ? changed with { Policies = [.. changed.Policies!.Select(p => string.Equals(p.Purpose, Name, StringComparison.Ordinal) ? p with { Purpose = purpose.Purpose } : p)] }
            : changed;
    }
}
