using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>The checks of a policy, each by itself: a decision asks them until one fails, a trace asks them to the end.</summary>
internal static class PolicyChecks
{
    /// <summary>Whether the user is among the subjects; null when a claim that matters is unknown.</summary>
    public static bool? Covers(Policy policy, SubjectFacts subject)
    {
        bool? covered = false;
        for (var i = 0; i < policy.Subjects.Count; i++)
        {
            switch (policy.Subjects[i].Selects(subject))
            {
                case true:
                    return true;
                case null:
                    covered = null;
                    break;
            }
        }

        return covered;
    }

    /// <summary>Whether a deny whose subjects and conditions hold forbids the question itself; otherwise it takes its scopes away, where nothing was asked for by name.</summary>
    public static bool Forbids(Policy deny, PolicyQuestion question) =>
        deny.Scopes.IsEmpty || (question.RequestedScopes is { } asked && !asked.Intersect(deny.Scopes).IsEmpty);

    /// <summary>Whether the chain is no deeper than the permit allows.</summary>
    public static bool AllowsDepth(Policy permit, PolicyQuestion question) => question.ChainDepth <= permit.Limits.MaxChainDepth;

    /// <summary>What the permit could give: its scopes but for those that are forbidden and those that the token in hand does not reach.</summary>
    public static ScopeSet Reach(Policy permit, PolicyQuestion question, ScopeSet forbidden)
    {
        var reach = permit.Scopes.Except(forbidden);
        return question.ScopeCeiling is { } ceiling ? reach.Intersect(ceiling) : reach;
    }

    /// <summary>Whether something would be granted, and nothing beyond reach.</summary>
    public static bool IsWithin(ScopeSet granted, ScopeSet reach) => !granted.IsEmpty && granted.IsSubsetOf(reach);

    /// <summary>
    /// What is granted in the end. Where nothing was asked for by name, what would need a stronger authentication is left out rather than demanded, as long
    /// as something remains.
    /// </summary>
    public static ScopeSet WithoutStronger(Policy permit, PolicyQuestion question, ScopeSet granted)
    {
        if (question.RequestedScopes is not null || permit.Limits.PerScope.Count == 0)
        {
            return granted;
        }

        var reachable = ScopeSet.Of(granted.Where(s => !permit.Limits.PerScope.TryGetValue(s, out var r) || r.IsMetBy(question.Subject.Authentication, question.Now)));
        return reachable.IsEmpty ? granted : reachable;
    }

    /// <summary>What the user's authentication must be like for this grant: first whatever the scope, then by its age alone, then for single scopes in their order.</summary>
    public static List<AuthenticationRequirement> Required(PolicyLimits limits, ScopeSet granted) =>
        [limits.Authentication, new AuthenticationRequirement(limits.MaxSessionAge, []), .. granted.Where(limits.PerScope.ContainsKey).Select(s => limits.PerScope[s])];
}
