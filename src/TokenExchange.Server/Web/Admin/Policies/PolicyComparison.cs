using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>One purpose or policy that differs.</summary>
/// <param name="Change">What happened to it.</param>
/// <param name="Kind"><c>purpose</c> or <c>policy</c>.</param>
/// <param name="Name">Which one.</param>
/// <param name="Members">The members that differ; of what was added or taken out, those that say something.</param>
public sealed record ComparedItem(ChangeKind Change, string Kind, string Name, IReadOnlyList<ComparedMember> Members);

/// <summary>What differs under one purpose: the purpose itself first, then its policies.</summary>
/// <param name="Id">The purpose; a policy that changed its purpose stands under the new one.</param>
/// <param name="Title">What it is called; null where there is none.</param>
/// <param name="Items">What differs.</param>
public sealed record ComparedPurpose(string Id, string? Title, IReadOnlyList<ComparedItem> Items);

/// <summary>Two contents of the policy set beside each other, as far as they differ.</summary>
public static class PolicyComparison
{
    private static readonly ExchangeConfiguration Nothing = new() { Purposes = [], Policies = [] };

    /// <summary>Compares purposes and policies; null is a content that there is not.</summary>
    public static IReadOnlyList<ComparedPurpose> Between(ExchangeConfiguration? before, ExchangeConfiguration? after)
    {
        (before, after) = (before ?? Nothing, after ?? Nothing);
        var items = Compare("purpose", before.Purposes ?? [], after.Purposes ?? [], p => p.Purpose, p => p.Purpose)
            .Concat(Compare("policy", before.Policies ?? [], after.Policies ?? [], p => p.Name, p => p.Purpose));
        return
        [
            .. items.GroupBy(i => i.Purpose, i => i.Item, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new ComparedPurpose(g.Key, TitleOf(g.Key, after) ?? TitleOf(g.Key, before), [.. g])),
        ];
    }

    /// <summary>How much differs, in a few words.</summary>
    public static string Summary(IReadOnlyList<ComparedPurpose> compared)
    {
        ArgumentNullException.ThrowIfNull(compared);
        var items = compared.SelectMany(p => p.Items).ToList();
        string[] parts =
        [
            .. from change in new[] { (Kind: ChangeKind.Added, Word: "added"), (Kind: ChangeKind.Changed, Word: "changed"), (Kind: ChangeKind.Removed, Word: "taken out") }
               from kind in new[] { (Name: "purpose", Many: "purposes"), (Name: "policy", Many: "policies") }
               let count = items.Count(i => i.Change == change.Kind && i.Kind == kind.Name)
               where count > 0
               select $"{count} {(count == 1 ? kind.Name : kind.Many)} {change.Word}",
        ];
        return parts.Length == 0 ? "nothing" : string.Join(", ", parts);
    }

    private static string? TitleOf(string purpose, ExchangeConfiguration content) => content.Purposes?.FirstOrDefault(p => p.Purpose == purpose)?.Title;

    // As in a difference: of two of one name in a draft that is wrong the first is held against the first, the second against the second.
    private static IEnumerable<(string Purpose, ComparedItem Item)> Compare<T>(string kind, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> nameOf, Func<T, string> purposeOf)
        where T : class, new()
    {
        var (old, current) = (before.ToLookup(nameOf, StringComparer.Ordinal), after.ToLookup(nameOf, StringComparer.Ordinal));
        foreach (var name in old.Select(g => g.Key).Union(current.Select(g => g.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            T[] was = [.. old[name]];
            T[] becomes = [.. current[name]];
            for (var i = 0; i < Math.Max(was.Length, becomes.Length); i++)
            {
                var (from, to) = (i < was.Length ? was[i] : null, i < becomes.Length ? becomes[i] : null);
                var change = from is null ? ChangeKind.Added : to is null ? ChangeKind.Removed : ChangeKind.Changed;
                ComparedMember[] members = [.. SideBySide.Of(from, to).Where(m => m.Changed)];
                if (change != ChangeKind.Changed || members.Length > 0)
                {
                    yield return (purposeOf(to ?? from!), new ComparedItem(change, kind, name, members));
                }
            }
        }
    }
}

/// <summary>What differs, as a page shows it.</summary>
/// <param name="Purposes">What differs, by purpose.</param>
/// <param name="Left">What the left side is.</param>
/// <param name="Right">What the right side is.</param>
/// <param name="Name">What tells this list from another one on the page.</param>
public sealed record ChangeList(IReadOnlyList<ComparedPurpose> Purposes, string Left = "Before", string Right = "After", string Name = "Changes");

/// <summary>Members of one purpose or policy beside each other, as a table.</summary>
/// <param name="Kind"><c>purpose</c> or <c>policy</c>.</param>
/// <param name="Name">Which one.</param>
/// <param name="Members">The members.</param>
/// <param name="Left">What the left side is.</param>
/// <param name="Right">What the right side is.</param>
/// <param name="List">What tells the list it stands in from another one on the page.</param>
public sealed record ComparedMembers(string Kind, string Name, IReadOnlyList<ComparedMember> Members, string Left, string Right, string List)
{
    /// <summary>Whether the left side has anything; what was added had nothing before.</summary>
    public bool HasLeft => Members.Any(m => m.Before.Count > 0);

    /// <summary>Whether the right side has anything.</summary>
    public bool HasRight => Members.Any(m => m.After.Count > 0);
}
