using TokenExchange.Core.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Configuration;

/// <summary>Who edits.</summary>
/// <param name="Caller">As whom it is recorded.</param>
/// <param name="MayPublish">Whether they may change who administers as well.</param>
public sealed record Editing(Caller Caller, bool MayPublish);

/// <summary>
/// Edits one issuer, client or resource at a time, through the one door to the configuration. Who edits says by a tag which content of the item they have
/// seen: editors of different items never meet, and of those of one item none loses anything.
/// </summary>
public sealed class ItemEditor(ConfigurationEditor configuration)
{
    /// <summary>All items of a kind, in the order they are stored.</summary>
    public async Task<IReadOnlyList<Item<T>>> ListAsync<T>(PartyKind<T> kind, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        return [.. kind.Of((await configuration.ReadAsync(cancellationToken)).Content).Select(ItemKind<T>.Tagged)];
    }

    /// <summary>The item, or null.</summary>
    public async Task<Item<T>?> FindAsync<T>(PartyKind<T> kind, string name, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Find((await configuration.ReadAsync(cancellationToken)).Content, name);
    }

    /// <summary>Adds an item.</summary>
    public Task<ItemOutcome<T>> CreateAsync<T>(PartyKind<T> kind, T item, Editing by, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(item);
        return WriteAsync(kind, kind.NameOf(item) ?? string.Empty, by, there => there is null ? Becomes(item) : Ends<T>(new ItemOutcome<T>.AlreadyExists(there)), cancellationToken);
    }

    /// <summary>
    /// Changes some members of an item, if it is still as it was seen. Who edits may not even have seen the others, such as the hash of a secret: the change is
    /// made to the item as it is, and a conflict shows what it would have made of that.
    /// </summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="name">Which one.</param>
    /// <param name="seen">The tag of what was seen.</param>
    /// <param name="change">What becomes of it; its name stays.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<ItemOutcome<T>> EditAsync<T>(PartyKind<T> kind, string name, string seen, Func<T, T> change, Editing by, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(change);
        return WriteAsync(
            kind,
            name,
            by,
            there => there?.Tag == seen ? Becomes(change(there.Definition)) : Ends<T>(new ItemOutcome<T>.Conflict(there, change(there?.Definition ?? new T()))),
            cancellationToken);
    }

    /// <summary>Deletes an item, if it is still as it was seen and nothing refers to it.</summary>
    public Task<ItemOutcome<T>> DeleteAsync<T>(PartyKind<T> kind, string name, string seen, Editing by, CancellationToken cancellationToken)
        where T : class, new() =>
        WriteAsync(
            kind,
            name,
            by,
            there => there is null ? Ends<T>(new ItemOutcome<T>.NotFound()) : there.Tag == seen ? Becomes<T>(null) : Ends<T>(new ItemOutcome<T>.Conflict(there, null)),
            cancellationToken);

    /// <summary>Lets an item be used again, if it is still as it was seen.</summary>
    public Task<ItemOutcome<T>> EnableAsync<T>(PartyKind<T> kind, string name, string seen, Editing by, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        return EditAsync(kind, name, seen, item => kind.Enable(item, true), by, cancellationToken);
    }

    /// <summary>Stops an item from being used, whatever it has become since it was seen: who is in a hurry is not sent back.</summary>
    public Task<ItemOutcome<T>> DisableAsync<T>(PartyKind<T> kind, string name, Editing by, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        return WriteAsync(kind, name, by, there => there is null ? Ends<T>(new ItemOutcome<T>.NotFound()) : Becomes(kind.Enable(there.Definition, false)), cancellationToken);
    }

    /// <summary>What refers to an item, so that it cannot be deleted; null when there is no such item.</summary>
    public async Task<IReadOnlyList<OtherProblem>?> ReferencesAsync<T>(PartyKind<T> kind, string name, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        var content = (await configuration.ReadAsync(cancellationToken)).Content;
        var items = kind.Of(content);
        if (kind.IndexOf(items, name) is var place && place < 0)
        {
            return null;
        }

        var without = kind.With(content, [.. items.Where((_, i) => i != place)]);
        return ItemProblems.Sort(configuration.Problems(without), without, kind, null).Others;
    }

    private static Step<T> Ends<T>(ItemOutcome<T> outcome) => new(outcome, default);

    private static Step<T> Becomes<T>(T? item) => new(null, item);

    // What to do is decided anew on whatever holds at the moment, as often as somebody else is faster.
    private async Task<ItemOutcome<T>> WriteAsync<T>(PartyKind<T> kind, string name, Editing by, Func<Item<T>?, Step<T>> decide, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(by);
        while (true)
        {
            var current = await configuration.ReadAsync(cancellationToken);
            var step = decide(kind.Find(current.Content, name));
            if (step.Outcome is { } end)
            {
                return end;
            }

            var item = step.Item;
            if (item is not null && Problems(kind, name, ref item) is { } wrong)
            {
                return new ItemOutcome<T>.Invalid(wrong);
            }

            var items = Section(kind, current.Content, name, item);
            switch (await configuration.ReplaceAsync(kind.Alone(items), current.Version, by.MayPublish, dryRun: false, by.Caller, cancellationToken))
            {
                case ApplyOutcome.Applied({ Count: 0 }, _):
                    return new ItemOutcome<T>.Unchanged(ItemKind<T>.Tagged(item!));
                case ApplyOutcome.Applied(var changes, _):
                    return new ItemOutcome<T>.Saved(changes, item is null ? null : ItemKind<T>.Tagged(item));
                case ApplyOutcome.Invalid(var problems):
                    return new ItemOutcome<T>.Invalid(ItemProblems.Sort(problems, kind.With(current.Content, items), kind, item is null ? null : name));
                case ApplyOutcome.Forbidden(var why):
                    return new ItemOutcome<T>.Forbidden(why);
                case ApplyOutcome.Stale:
                    break;
                default:
                    throw new InvalidOperationException("Unknown outcome.");
            }
        }
    }

    private static ItemProblems? Problems<T>(ItemKind<T> kind, string name, ref T item)
        where T : class, new()
    {
        if (!ItemShape.TryRead(item, out var read, out var problems))
        {
            return new ItemProblems(problems, []);
        }

        item = read;
        return kind.AreSame(kind.NameOf(item), name) ? null : ItemProblems.Of(kind.NameMember, $"this keeps the {kind.NameMember} by which records and others know it; add another {kind.Word} instead");
    }

    // With the item added, in its place, or gone.
    private static T[] Section<T>(ItemKind<T> kind, ExchangeConfiguration content, string name, T? item)
        where T : class, new()
    {
        var items = kind.Of(content);
        var place = kind.IndexOf(items, name) is >= 0 and var found ? found : items.Count;
        return [.. items.Take(place), .. item is null ? (T[])[] : [item], .. items.Skip(place + 1)];
    }

    private sealed record Step<T>(ItemOutcome<T>? Outcome, T? Item);
}
