using System.Globalization;
using System.Text.RegularExpressions;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>What a member of a purpose or policy is called and means, the same wherever it is shown, edited or compared.</summary>
/// <param name="Label">A few words.</param>
/// <param name="Meaning">A sentence or two; what it is, its range, and what holds where it is left empty.</param>
public sealed partial record MemberHelp(string Label, string Meaning)
{
    private const string LimitsPrefix = "limits.";

    private static readonly Dictionary<string, MemberHelp> s_members = new(StringComparer.Ordinal)
    {
        ["policy/name"] = new("Name", "By this name decisions and records refer to the policy. 1 to 200 printable ASCII characters without space, e.g. triage-by-inbox-agent."),
        ["policy/purpose"] = new("Purpose", "The reason to act that the agent declares; the policy counts for no other."),
        ["policy/effect"] = new("Effect", "A permit allows, within its limits. A deny forbids, and overrides every permit. Where nothing permits, nothing is allowed."),
        ["policy/agents"] = new("Agents", "Who may act, by client id. An agent is selected when it is named here, is of one of the kinds, or has one of the tags."),
        ["policy/agentKinds"] = new("Kinds of agents", "Selects every agent of these kinds, whatever its name, also those that are added later."),
        ["policy/agentTags"] = new("Tags of agents", "Selects every agent with one of these tags, also those that get it later."),
        ["policy/subjects"] = new("Users", "Whose sessions may be lent: the users of an identity provider, narrowed by what it says about them. A user matches when one entry does."),
        ["policy/resource"] = new("Resource", "Where the agent may act: the one relying app that accepts the token."),
        ["policy/scopes"] = new("Scopes", "What it may do there. A permit names at least one. A deny without any forbids everything at the resource."),
        ["policy/conditions"] = new("Conditions", "When the policy applies; all of them must hold. Without any it always does."),
        ["purpose/purpose"] = new("Id", "What agents declare and tokens carry. 1 to 100 of a-z 0-9 . _ -, beginning with a letter or digit, e.g. inbox.triage."),
        ["purpose/title"] = new("Title", "A few words for the user, e.g. Sort my inbox. At most 200 characters."),
        ["purpose/description"] = new("Description", "A sentence for the user: what an agent does under this purpose. At most 1000 characters."),
        ["purpose/state"] = new("State", "An active purpose can be declared. A retired one cannot: no token is issued under it any more, whatever its policies say."),
    };

    /// <summary>The help for a member, e.g. <c>policy</c> and <c>limits.maxLifetime</c>; what nobody knows is called as it is written.</summary>
    public static MemberHelp Of(string kind, string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return s_members.TryGetValue($"{kind}/{member}", out var help) ? help
            : member.StartsWith(LimitsPrefix, StringComparison.Ordinal) && LimitHelp.All.FirstOrDefault(l => l.Member == member[LimitsPrefix.Length..]) is { } limit ? Of(limit)
            : new MemberHelp(member, string.Empty);
    }

    /// <summary>The help for a limit, e.g. <c>maxLifetime</c>.</summary>
    public static MemberHelp Limit(string member) => Of(LimitHelp.For(member));

    /// <summary>Where something stands, in words: <c>Handing on 2</c> for <c>limits.onwardTo[1].agent</c>.</summary>
    public static string Place(string kind, string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var parts = Part().Match(member);
        if (!parts.Success)
        {
            return member;
        }

        var label = Of(kind, parts.Groups["member"].Value).Label;
        return int.TryParse(parts.Groups["place"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? $"{label} {place + 1}" : label;
    }

    // Forms ask for a number and its unit, where files have hh:mm:ss.
    private static MemberHelp Of(LimitHelp limit) =>
        new(limit.Label, $"{limit.Meaning}{(limit.Range is null ? string.Empty : $" Range: {DurationWords.In(limit.Range)}.")} Default: {DurationWords.In(limit.Default)}.");

    [GeneratedRegex(@"^(?<member>(limits\.)?[A-Za-z]+)(\[(?<place>[0-9]+)\])?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Part();
}
