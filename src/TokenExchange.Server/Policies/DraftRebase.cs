using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>A purpose or policy that both a draft and somebody else's publication have changed.</summary>
/// <param name="Kind"><c>purpose</c> or <c>policy</c>.</param>
/// <param name="Name">Which one.</param>
public sealed record BothChanged(string Kind, string Name);

/// <summary>
/// A draft brought up to what was published since it was begun: what it has not touched is taken from there; what it has changed, added or taken out stays as it
/// is in the draft. Names are matched exactly; one that a draft has twice is left alone.
/// </summary>
/// <param name="Purposes">All purposes there would be.</param>
/// <param name="Policies">All policies there would be.</param>
/// <param name="Both">What both have changed, and not to the same: the draft's stays.</param>
public sealed record DraftRebase(IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies, IReadOnlyList<BothChanged> Both)
{
    /// <summary>Brings a draft up to date. Pure.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="based">The version it is based on; null when there is none.</param>
    /// <param name="published">What is published now.</param>
    public static DraftRebase Of(PolicyDraft draft, PublishedPolicies? based, ExchangeConfiguration published)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(published);
        var both = new List<BothChanged>();
        return new DraftRebase(
            Merge("purpose", draft.Purposes, based?.Purposes ?? [], published.Purposes ?? [], p => p.Purpose, both),
            Merge("policy", draft.Policies, based?.Policies ?? [], published.Policies ?? [], p => p.Name, both),
            both);
    }

    private static List<T> Merge<T>(string kind, IReadOnlyList<T> draft, IReadOnlyList<T> based, IReadOnlyList<T> published, Func<T, string> nameOf, List<BothChanged> both)
        where T : class
    {
        var (was, mine, theirs) = (based.ToLookup(nameOf, StringComparer.Ordinal), draft.ToLookup(nameOf, StringComparer.Ordinal), published.ToLookup(nameOf, StringComparer.Ordinal));
        var merged = new List<T>();
        foreach (var item in draft)
        {
            var name = nameOf(item);
            if (mine[name].Count() > 1)
            {
                merged.Add(item);
            }
            else if (Choose(kind, name, was[name].FirstOrDefault(), item, theirs[name].FirstOrDefault(), both) is { } chosen)
            {
                merged.Add(chosen);
            }
        }

        foreach (var item in published.Where(p => !mine.Contains(nameOf(p))))
        {
            if (Choose(kind, nameOf(item), was[nameOf(item)].FirstOrDefault(), null, item, both) is { } chosen)
            {
                merged.Add(chosen);
            }
        }

        return merged;
    }

    private static T? Choose<T>(string kind, string name, T? was, T? mine, T? theirs, List<BothChanged> both)
        where T : class
    {
        if (AreSame(mine, was))
        {
            return theirs;
        }

        if (!AreSame(theirs, was) && !AreSame(mine, theirs))
        {
            both.Add(new BothChanged(kind, name));
        }

        return mine;
    }

    private static bool AreSame<T>(T? left, T? right)
        where T : class => (left, right) is ({ } a, { } b) ? Text(a) == Text(b) : left is null && right is null;

    private static string Text<T>(T item) => JsonSerializer.Serialize(item, ConfigurationJson.Compact);
}
