using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>Says of each policy how its checks went. It judges nothing itself: each check is the one that the decision makes.</summary>
internal static class PolicyTracing
{
    // Enough to see whom a policy is for; it may name a thousand.
    private const int MostSubjects = 3;
    private const int MostValues = 5;

    // Of thousands of policies at most these are near enough to be worth a look.
    private const int MostNear = 20;

    public static PolicyTrace Trace(PolicySet set, PolicyQuestion question, Decision decision)
    {
        var purpose = question.Purpose ?? (decision as Decision.Permit)?.Purpose ?? OnlyOpen(set, question);
        var selected = purpose is null ? [] : set.Find(purpose, question.Resource, question.Agent).ToList();
        var forbidden = selected
            .Where(p => p.Effect == PolicyEffect.Deny && PolicyEvaluator.Applies(p, question))
            .Aggregate(ScopeSet.Empty, (all, deny) => all.Union(deny.Scopes));
        IReadOnlyList<Policy> near = decision is Decision.Deny { Reason: <= DenyReason.PurposeNotOpen } ? Near(set, question, purpose, selected) : [];
        return new PolicyTrace(
            decision,
            [
                .. selected.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => Traced(p, decision, isSelected: true, p.Effect == PolicyEffect.Permit ? Permit(p, question, forbidden) : Deny(p, question))),
                .. near.Select(p => Traced(p, decision, isSelected: false, Selection(p, question, purpose))),
            ]);
    }

    private static string? OnlyOpen(PolicySet set, PolicyQuestion question) => set.PurposesOpenTo(question.Agent, question.Resource) is [var only] ? only : null;

    private static TracedPolicy Traced(Policy policy, Decision decision, bool isSelected, IEnumerable<TracedCheck> checks) =>
        new(policy.Name, policy.Purpose, policy.Effect, isSelected, IsDetermining(policy, decision), [.. checks]);

    private static bool IsDetermining(Policy policy, Decision decision) => decision switch
    {
        Decision.Permit permit => string.Equals(permit.Policy.Name, policy.Name, StringComparison.Ordinal),
        Decision.Deny deny => deny.Closest.Any(c => string.Equals(c.Policy, policy.Name, StringComparison.Ordinal)),
        _ => false,
    };

    // Two of purpose, agent and resource are right.
    private static IReadOnlyList<Policy> Near(PolicySet set, PolicyQuestion question, string? purpose, List<Policy> selected) =>
    [
        .. set.Policies.Except(selected)
            .Where(p => Selection(p, question, purpose).Count(c => c.Outcome == CheckOutcome.Held) == 2)
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .Take(MostNear),
    ];

    private static IEnumerable<TracedCheck> Selection(Policy policy, PolicyQuestion question, string? purpose)
    {
        yield return Check(CheckKind.Purpose, purpose is null ? null : string.Equals(policy.Purpose, purpose, StringComparison.Ordinal), purpose is null ? $"none was declared; it is under {policy.Purpose}" : $"it is under {policy.Purpose}");
        yield return Check(CheckKind.Agent, policy.Selects(question.Agent), policy.Selects(question.Agent) ? $"it selects {question.Agent.ClientId}" : $"it does not select {question.Agent.ClientId}");
        yield return Check(CheckKind.Resource, policy.Resource.Equals(question.Resource), $"it is about {policy.Resource}");
    }

    private static IEnumerable<TracedCheck> Deny(Policy deny, PolicyQuestion question)
    {
        foreach (var check in Applicability(deny, question))
        {
            yield return check;
        }

        yield return Check(CheckKind.Scopes, PolicyChecks.Forbids(deny, question), (deny.Scopes.IsEmpty, question.RequestedScopes) switch
        {
            (true, _) => "it denies everything",
            (_, null) => $"nothing was asked for by name: it takes {deny.Scopes} away, where it applies",
            _ => $"it denies {deny.Scopes}",
        });
    }

    private static IEnumerable<TracedCheck> Permit(Policy permit, PolicyQuestion question, ScopeSet forbidden)
    {
        foreach (var check in Applicability(permit, question))
        {
            yield return check;
        }

        var limits = permit.Limits;
        yield return Check(CheckKind.ChainDepth, PolicyChecks.AllowsDepth(permit, question), $"at most {limits.MaxChainDepth} actors, here {question.ChainDepth}");
        var reach = PolicyChecks.Reach(permit, question, forbidden);
        var asked = question.RequestedScopes ?? reach;
        var within = PolicyChecks.IsWithin(asked, reach);
        var granted = PolicyChecks.WithoutStronger(permit, question, asked);
        var leftOut = asked.Except(granted);
        yield return Check(
            CheckKind.Scopes,
            within,
            asked.IsEmpty ? "no scope remains" : within ? $"it gives {granted}{(leftOut.IsEmpty ? string.Empty : $"; {leftOut} would need a stronger authentication")}" : $"it does not reach {asked.Except(reach)}");

        var scopes = granted.Where(limits.PerScope.ContainsKey).ToList();
        var required = PolicyChecks.Required(limits, granted);
        for (var i = 0; i < required.Count; i++)
        {
            var (kind, what) = i switch
            {
                0 => (CheckKind.Authentication, "the user's authentication"),
                1 => (CheckKind.SessionAge, "the session"),
                _ => (CheckKind.Authentication, $"the user's authentication, for {scopes[i - 2]},"),
            };
            yield return Check(kind, required[i].Holds(question.Subject.Authentication, question.Now), $"{what} {Words(required[i])}");
        }
    }

    private static IEnumerable<TracedCheck> Applicability(Policy policy, PolicyQuestion question)
    {
        var covers = PolicyChecks.Covers(policy, question.Subject);
        yield return Check(CheckKind.Subject, covers, covers switch
        {
            true => "the user is among its subjects",
            false => $"the user is not among its subjects, who are {Some("; or ", policy.Subjects.Select(Words), MostSubjects)}",
            null => $"whether the user is among its subjects depends on what is not known: {string.Join(", ", UnknownClaims(policy, question.Subject))}",
        });
        foreach (var condition in policy.Conditions)
        {
            var holds = condition.Holds(question);
            yield return Check(CheckKind.Condition, holds, holds is null ? $"{condition}: not known" : $"{condition} {(holds.Value ? "holds" : "does not hold")}");
        }
    }

    private static string Words(SubjectSelector subject) =>
        $"users of {subject.Issuer}{(subject.Claims.Count == 0 ? string.Empty : $" with {Some(" and ", subject.Claims.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {Some(" or ", c.Value.Order(StringComparer.Ordinal), MostValues)}"), MostValues)}")}";

    private static string Some(string between, IEnumerable<string> texts, int most)
    {
        List<string> some = [.. texts.Take(most + 1)];
        return some.Count > most ? $"{string.Join(between, some.Take(most))}{between}others" : string.Join(between, some);
    }

    private static IEnumerable<string> UnknownClaims(Policy policy, SubjectFacts subject) =>
        policy.Subjects.Where(s => s.Selects(subject) is null).SelectMany(s => s.Claims.Keys).Where(name => !subject.Claims.ContainsKey(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Words(AuthenticationRequirement required) => (required.AcrValues.Count, required.MaxAge) switch
    {
        (0, null) => "may be of any kind and age",
        (0, { } age) => $"must be at most {age:c} old",
        (_, null) => $"must be of acr {string.Join(" or ", required.AcrValues)}",
        (_, { } age) => $"must be of acr {string.Join(" or ", required.AcrValues)} and at most {age:c} old",
    };

    private static TracedCheck Check(CheckKind kind, bool? holds, string detail) =>
        new(kind, holds switch { true => CheckOutcome.Held, false => CheckOutcome.Failed, null => CheckOutcome.Unknown }, detail);
}
