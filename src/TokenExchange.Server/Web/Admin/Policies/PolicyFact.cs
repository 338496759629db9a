using System.Globalization;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>One member of a policy, as somebody reads it.</summary>
/// <param name="Help">What it is called and means.</param>
/// <param name="Values">Its values in words; none where there are none.</param>
/// <param name="Without">What holds where there are none.</param>
public sealed record PolicyFact(MemberHelp Help, IReadOnlyList<string> Values, string Without = "none")
{
    /// <summary>Who, for whom, where and what.</summary>
    public static IReadOnlyList<PolicyFact> Reach(PolicyDefinition policy, PartyNames names)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(names);
        return
        [
            Of("purpose", policy.Purpose),
            Of("effect", policy.Effect == "deny" ? "deny: forbids" : policy.Effect == "permit" ? "permit: allows" : policy.Effect),
            Of("agents", [.. policy.Agents.Select(a => names.Agent(a) is { } agent ? (agent.Name == a ? a : $"{a} ({agent.Name})") : $"{a} (not an agent)")]),
            Of("agentKinds", [.. policy.AgentKinds.Select(PolicyWords.Kind)]),
            Of("agentTags", [.. policy.AgentTags]),
            Of("subjects", [.. policy.Subjects.Select(s => $"users of {PolicyWords.Subject(s)}")]),
            Of("resource", names.Resource(policy.Resource) is { } resource ? $"{resource.Name} ({policy.Resource})" : $"{policy.Resource} (not a resource)"),
            Of("scopes", [.. policy.Scopes.Select(s => ScopeWords(policy, s, names))]) with { Without = policy.Effect == "deny" ? "all" : "none" },
            Of("conditions", [.. policy.Conditions.Select(PolicyWords.Condition)]) with { Without = "none: it always applies" },
        ];
    }

    /// <summary>How far.</summary>
    public static IReadOnlyList<PolicyFact> Limits(PolicyDefinition policy, PartyNames names)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var limits = policy.Limits;
        return
        [
            Limit("maxLifetime", DurationWords.Of(limits.MaxLifetime)),
            Limit("maxDelegationAge", DurationWords.Of(limits.MaxDelegationAge)),
            Limit("maxSessionAge", limits.MaxSessionAge) with { Without = "no limit" },
            Limit("maxChainDepth", limits.MaxChainDepth.ToString(CultureInfo.InvariantCulture)),
            Limit("onwardTo", [.. limits.OnwardTo.Select(o => PolicyWords.Onward(o, names))]) with { Without = "nobody" },
            Limit("maxAuthAge", limits.MaxAuthAge) with { Without = "no limit" },
            Limit("acrValues", [.. limits.AcrValues]) with { Without = "any" },
            Limit("perScope", [.. limits.PerScope.Select(p => $"{p.Key}: {PolicyWords.Authentication(p.Value)}")]),
            Limit("approval", limits.Approval),
            Limit("senderConstraint", limits.SenderConstraint),
        ];
    }

    private static string ScopeWords(PolicyDefinition policy, string scope, PartyNames names) =>
        names.Scope(policy.Resource, scope) is { } known ? $"{scope}: {known.Description}{(known.Sensitive ? " (sensitive)" : string.Empty)}" : $"{scope} (not a scope of the resource)";

    private static PolicyFact Of(string member, params string[] values) => new(MemberHelp.Of("policy", member), values);

    private static PolicyFact Limit(string member, params string[] values) => new(MemberHelp.Limit(member), values);

    private static PolicyFact Limit(string member, TimeSpan? value) => new(MemberHelp.Limit(member), value is { } duration ? [DurationWords.Of(duration)] : []);
}
