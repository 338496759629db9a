using System.Globalization;
using System.Text.RegularExpressions;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>A problem that would arise, or stands, in another item: it refers to this one, mostly.</summary>
/// <param name="Kind"><c>issuer</c>, <c>resource</c>, <c>client</c>, <c>purpose</c> or <c>policy</c>; empty for the whole.</param>
/// <param name="Name">Which one.</param>
/// <param name="Member">Where in it, e.g. <c>scopes[0]</c>.</param>
/// <param name="Message">What to write there instead.</param>
public sealed record OtherProblem(string Kind, string Name, string Member, string Message);

/// <summary>What is wrong with one item, out of everything that is wrong with a configuration.</summary>
/// <param name="Own">In the item itself; members are relative to it, e.g. <c>scopes[0].name</c>.</param>
/// <param name="Others">In other items.</param>
public sealed partial record ItemProblems(IReadOnlyList<MemberProblem> Own, IReadOnlyList<OtherProblem> Others)
{
    /// <summary>Nothing.</summary>
    public static ItemProblems None { get; } = new([], []);

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsEmpty => Own.Count + Others.Count == 0;

    /// <summary>Something about the item alone.</summary>
    internal static ItemProblems Of(string member, string message) => new([new MemberProblem(member, message)], []);

    /// <summary>Sorts the problems of a configuration by whether they are the item's.</summary>
    /// <param name="problems">Of the whole.</param>
    /// <param name="whole">The whole.</param>
    /// <param name="kind">What kind the item is of.</param>
    /// <param name="name">Which one it is; null when it is not there (any more).</param>
    internal static ItemProblems Sort<T>(IReadOnlyList<MemberProblem> problems, ExchangeConfiguration whole, ItemKind<T> kind, string? name)
        where T : class, new()
    {
        var place = name is null ? -1 : kind.IndexOf(kind.Of(whole), name);
        var (own, others) = (new List<MemberProblem>(), new List<OtherProblem>());
        foreach (var problem in problems)
        {
            var found = Place().Match(problem.Member);
            var section = found.Success ? found.Groups["section"].Value : problem.Member;
            var member = found.Groups["member"].Value;
            if (section == kind.Section && !found.Success && place >= 0)
            {
                // Said of all of them together: two have the same of what each must have of its own.
                own.Add(new MemberProblem(kind.DistinctMember, problem.Message));
            }
            else if (!found.Success)
            {
                others.Add(new OtherProblem(string.Empty, string.Empty, problem.Member, problem.Message));
            }
            else if (int.Parse(found.Groups["place"].ValueSpan, CultureInfo.InvariantCulture) is var at && section == kind.Section && at == place)
            {
                own.Add(new MemberProblem(member, problem.Message));
            }
            else
            {
                var (word, other) = NameAt(whole, section, at);
                others.Add(new OtherProblem(word, other, member, problem.Message));
            }
        }

        return new ItemProblems(own, others);
    }

    private static (string Word, string Name) NameAt(ExchangeConfiguration whole, string section, int place) => section switch
    {
        "issuers" => (ItemKinds.Issuers.Word, whole.Issuers![place].Issuer),
        "resources" => (ItemKinds.Resources.Word, whole.Resources![place].Resource),
        "clients" => (ItemKinds.Clients.Word, whole.Clients![place].ClientId),
        "purposes" => (ItemKinds.Purposes.Word, whole.Purposes![place].Purpose),
        "policies" => (ItemKinds.Policies.Word, whole.Policies![place].Name),
        _ => throw new InvalidOperationException($"'{section}' is not a section."),
    };

    [GeneratedRegex(@"^(?<section>[a-z]+)\[(?<place>[0-9]+)\](\.(?<member>.*))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Place();
}
