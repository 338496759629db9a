using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>
/// Answers questions from a policy set. Pure and synchronous: no clock, no I/O, no logger; the same question and set give the same decision,
/// at the token endpoint, at a relying app, in a simulation or a replay.
/// </summary>
/// <remarks>
/// A matching deny overrides every permit; nothing matching is deny. Limits of several permits never add up: one permit determines the answer,
/// the narrowest that covers the requested scopes (or, when none were requested, the one that reaches furthest, then the narrowest).
/// </remarks>
public static class PolicyEvaluator
{
    /// <summary>Decides.</summary>
    public static Decision Decide(PolicySet set, PolicyQuestion question)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(question);

        // 1. The purpose: declared, or the only one open to this agent here. Where none is open, it is the resource that is not. Looking for those takes longer
        // than all the rest, and is left until it matters.
        if (question.Purpose is not { } purpose)
        {
            switch (set.PurposesOpenTo(question.Agent, question.Resource))
            {
                case []:
                    return Deny(set, DenyReason.ResourceNotOpen);
                case [var only]:
                    purpose = only;
                    break;
                default:
                    return Deny(set, DenyReason.PurposeMissing);
            }
        }

        if (set.FindPurpose(purpose) is not { } definition)
        {
            return Deny(set, DenyReason.PurposeUnknown);
        }

        if (!PolicySet.IsActive(definition))
        {
            return Deny(set, DenyReason.PurposeRetired);
        }

        // 2. The policies for this agent, purpose and resource. None: nothing matching is deny.
        var policies = set.Find(purpose, question.Resource, question.Agent).ToList();
        var permits = policies.FindAll(p => p.Effect == PolicyEffect.Permit);
        if (permits.Count == 0)
        {
            return Deny(set, set.PurposesOpenTo(question.Agent, question.Resource).Count == 0 ? DenyReason.ResourceNotOpen : DenyReason.PurposeNotOpen);
        }

        // 3. Denies override. A deny of some scopes forbids asking for them; where nothing was asked for it only takes them away.
        var forbidden = ScopeSet.Empty;
        foreach (var deny in policies.Where(p => p.Effect == PolicyEffect.Deny && Applies(p, question)))
        {
            if (PolicyChecks.Forbids(deny, question))
            {
                return Deny(set, DenyReason.DeniedByPolicy, [new NearMiss(deny.Name, DenyReason.DeniedByPolicy, "denies this")]);
            }

            forbidden = forbidden.Union(deny.Scopes);
        }

        // 4. Each permit either covers the question or says what is missing.
        var judged = permits.ConvertAll(p => Judge(p, question, forbidden));
        if (Determining(judged, question) is { } best)
        {
            return new Decision.Permit(purpose, best.Granted!, best.Policy) { PolicySetVersion = set.Version };
        }

        // 5. None covers it: the reason is that of the policies that came closest, those whose failing check comes last in the order of checks.
        var furthest = judged.Max(j => j.Miss!.Reason);
        var closest = judged.FindAll(j => j.Miss!.Reason == furthest);
        return Deny(set, furthest, [.. closest.Select(j => j.Miss!)], closest[0].StepUp);
    }

    /// <summary>Decides, and says of every policy that was asked, or was near, how each of its checks went. For people: it takes its time.</summary>
    public static PolicyTrace Explain(PolicySet set, PolicyQuestion question) => PolicyTracing.Trace(set, question, Decide(set, question));

    private static Judged? Determining(List<Judged> judged, PolicyQuestion question) =>
        judged.Where(j => j.Miss is null)
            .OrderByDescending(j => question.RequestedScopes is null ? j.Granted!.Count : 0)
            .ThenBy(j => j.Policy.Scopes.Count)
            .ThenBy(j => j.Policy.Limits.MaxLifetime)
            .ThenBy(j => j.Policy.Limits.MaxChainDepth)
            .ThenBy(j => j.Policy.Name, StringComparer.Ordinal)
            .FirstOrDefault();

    // The order of the checks is the order of DenyReason, so that "closest" can be read off the reason.
    private static Judged Judge(Policy policy, PolicyQuestion question, ScopeSet forbidden)
    {
        if (PolicyChecks.Covers(policy, question.Subject) != true)
        {
            return Missed(policy, DenyReason.SubjectNotCovered, "the user is not among its subjects");
        }

        if (policy.Conditions.FirstOrDefault(c => c.Holds(question) != true) is { } failed)
        {
            return Missed(policy, DenyReason.ConditionFailed, $"{failed} does not hold");
        }

        if (!PolicyChecks.AllowsDepth(policy, question))
        {
            return Missed(policy, DenyReason.ChainTooDeep, $"at most {policy.Limits.MaxChainDepth} actors, not {question.ChainDepth}");
        }

        var reach = PolicyChecks.Reach(policy, question, forbidden);
        var granted = question.RequestedScopes ?? reach;
        return PolicyChecks.IsWithin(granted, reach)
            ? Authenticate(policy, question, granted)
            : Missed(policy, DenyReason.ScopeNotPermitted, granted.IsEmpty ? "no scope remains" : $"does not reach {granted.Except(reach)}");
    }

    private static Judged Authenticate(Policy policy, PolicyQuestion question, ScopeSet within)
    {
        var granted = PolicyChecks.WithoutStronger(policy, question, within);
        var required = PolicyChecks.Required(policy.Limits, granted);
        return required.TrueForAll(r => r.IsMetBy(question.Subject.Authentication, question.Now))
            ? new Judged(policy, granted, null, null)
            : Missed(policy, DenyReason.AuthenticationInsufficient, "the user's authentication is not fresh or strong enough") with { StepUp = StepUpFor(required) };
    }

    // Helps only if it meets all requirements at once, those that are met now included. Where no acr is acceptable to all, nothing helps, and the first speaks.
    private static StepUp StepUpFor(List<AuthenticationRequirement> required)
    {
        var accepted = required.FindAll(r => r.AcrValues.Count > 0).ConvertAll(r => r.AcrValues);
        string[] byAll = accepted is [var first, ..] ? [.. first.Where(acr => accepted.TrueForAll(a => a.Contains(acr, StringComparer.Ordinal)))] : [];
        return new StepUp(byAll.Length > 0 ? byAll : accepted.FirstOrDefault() ?? [], required.Min(r => r.MaxAge));
    }

    // What is unknown counts against the agent: a deny applies unless it is known not to.
    internal static bool Applies(Policy deny, PolicyQuestion question) =>
        PolicyChecks.Covers(deny, question.Subject) != false && deny.Conditions.All(c => c.Holds(question) != false);

    private static Decision.Deny Deny(PolicySet set, DenyReason reason, IReadOnlyList<NearMiss>? closest = null, StepUp? stepUp = null) =>
        new(reason, stepUp, closest ?? []) { PolicySetVersion = set.Version };

    private static Judged Missed(Policy policy, DenyReason reason, string detail) => new(policy, null, new NearMiss(policy.Name, reason, detail), null);

    private sealed record Judged(Policy Policy, ScopeSet? Granted, NearMiss? Miss, StepUp? StepUp);
}
