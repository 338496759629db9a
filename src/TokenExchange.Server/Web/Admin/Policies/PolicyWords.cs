using TokenExchange.Core.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>A piece of a sentence.</summary>
/// <param name="Text">The words, with the spaces around them.</param>
/// <param name="Strong">Whether they carry the meaning.</param>
public sealed record Phrase(string Text, bool Strong = false);

/// <summary>Policies in words, for people who never saw the file: who may do what, where, for whom, how far.</summary>
public static class PolicyWords
{
    /// <summary>The whole policy in one sentence.</summary>
    public static IReadOnlyList<Phrase> Sentence(PolicyDefinition policy, PartyNames names)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(names);
        var permits = policy.Effect != "deny";
        return
        [
            new Phrase(Agents(policy), Strong: true),
            new Phrase(permits ? " may " : " must never "),
            new Phrase(Acts(policy, names), Strong: true),
            new Phrase(" at "),
            new Phrase(names.ResourceName(policy.Resource), Strong: true),
            new Phrase($" for {Subjects(policy)}{string.Concat(policy.Conditions.Select(c => $", {Condition(c)}"))}{(permits ? Limits(policy.Limits) : string.Empty)}."),
        ];
    }

    /// <summary>Who is selected.</summary>
    public static string Agents(PolicyDefinition policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        string[] who = [.. policy.Agents, .. policy.AgentKinds.Select(k => $"every {Kind(k)}"), .. policy.AgentTags.Select(t => $"every agent tagged {t}")];
        return who.Length == 0 ? "nobody" : Join(who, "and");
    }

    /// <summary>A kind of agents.</summary>
    public static string Kind(string kind) => kind switch
    {
        ClientKind.AiAgent => "AI agent",
        ClientKind.Service => "service",
        _ => $"agent of kind {kind}",
    };

    /// <summary>For whom.</summary>
    public static string Subjects(PolicyDefinition policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Subjects.Count == 0 ? "nobody" : $"users of {Join(policy.Subjects.Select(Subject), "and")}";
    }

    /// <summary>Users of one issuer.</summary>
    public static string Subject(SubjectDefinition subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.Issuer + (subject.Claims.Count == 0 ? string.Empty : $" whose {Join(subject.Claims.Select(c => $"{c.Key} is {Join(c.Value, "or")}"), "and whose")}");
    }

    /// <summary>When it applies.</summary>
    public static string Condition(ConditionDefinition condition) => condition switch
    {
        { TimeWindow: { } window } => $"only {Join(window.Days, "and")} from {window.From} to {window.To} ({window.Zone})",
        { SourceNetwork: { } networks } => $"only when called from {Join(networks, "or")}",
        { ClaimEquals: { } equals } => $"only if {equals.Claim} is {equals.Value}",
        { ClaimContains: { } contains } => $"only if {contains.Claim} contains {contains.Value}",
        _ => "under a condition that says nothing",
    };

    /// <summary>To whom it may be handed on.</summary>
    public static string Onward(OnwardDefinition onward, PartyNames names)
    {
        ArgumentNullException.ThrowIfNull(onward);
        ArgumentNullException.ThrowIfNull(names);
        return onward.Agent
            + (onward.Resource is null ? string.Empty : $" at {names.ResourceName(onward.Resource)}")
            + (onward.Scopes.Count > 0 ? $" with {Join(onward.Scopes, "and")}" : " with no more than the token has");
    }

    /// <summary>Stricter authentication.</summary>
    public static string Authentication(AuthenticationDefinition authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        string[] parts =
        [
            .. authentication.MaxAuthAge is { } age ? (string[])[$"signed in within {DurationWords.Of(age)}"] : [],
            .. authentication.AcrValues.Count > 0 ? (string[])[$"authenticated as {Join(authentication.AcrValues, "or")}"] : [],
        ];
        return parts.Length == 0 ? "nothing more" : string.Join(", ", parts);
    }

    /// <summary><c>a, b and c</c>.</summary>
    public static string Join(IEnumerable<string> items, string last)
    {
        string[] all = [.. items];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} {last} {all[^1]}";
    }

    private static string Acts(PolicyDefinition policy, PartyNames names) =>
        policy.Scopes.Count > 0 ? Join(policy.Scopes.Select(s => names.Scope(policy.Resource, s) is { } scope ? Inside(scope.Description) : $"use {s}"), "and")
        : policy.Effect == "deny" ? "do anything" : "do nothing";

    // "Read your mail" within a sentence; what begins with an abbreviation stays as it is.
    private static string Inside(string description)
    {
        var text = description.Trim().TrimEnd('.');
        return text.Length > 1 && char.IsUpper(text[0]) && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Limits(LimitsDefinition limits)
    {
        var strict = limits.MaxAuthAge is null && limits.AcrValues.Count == 0 ? null : Authentication(new AuthenticationDefinition { MaxAuthAge = limits.MaxAuthAge, AcrValues = limits.AcrValues });
        string?[] parts =
        [
            $"{DurationWords.Of(limits.MaxLifetime)} per token",
            $"lent for at most {DurationWords.Of(limits.MaxDelegationAge)}",
            limits.MaxSessionAge is { } age ? $"in sessions no older than {DurationWords.Of(age)}" : null,
            strict is null ? null : $"only for who {strict}",
            limits.PerScope.Count == 0 ? null : $"stricter for {Join(limits.PerScope.Keys, "and")}",
            limits.MaxChainDepth > 1 ? $"in chains of up to {limits.MaxChainDepth} actors" : null,
            limits.OnwardTo.Count == 0 ? null : $"may hand on to {Join(limits.OnwardTo.Select(o => o.Agent).Distinct(StringComparer.Ordinal), "and")}",
        ];
        return string.Concat(parts.OfType<string>().Select(p => $", {p}"));
    }
}
