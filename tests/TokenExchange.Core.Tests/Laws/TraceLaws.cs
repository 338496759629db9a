using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>A trace tells what was decided and no other story: whoever reads its checks alone comes to the same decision.</summary>
public class TraceLaws
{
    [Law]
    public void A_trace_holds_the_decision_that_is_made(Situation c) => DecisionWords.Of(Explain(c).Decision).ShouldBe(DecisionWords.Of(c.Decide()));

    [Law]
    public void The_checks_of_a_trace_lead_to_the_decision_that_is_made(Situation c)
    {
        var trace = Explain(c);
        var permits = trace.Policies.Where(p => p is { IsSelected: true, Effect: PolicyEffect.Permit }).ToList();
        switch (c.Decide())
        {
            case Decision.Permit permit:
                Denies(trace).ShouldBeFalse();
                trace.Policies.Single(p => p.IsDetermining).ShouldSatisfyAllConditions(p => p.Policy.ShouldBe(permit.Policy.Name), p => p.Applies.ShouldBeTrue());
                break;
            case Decision.Deny { Reason: DenyReason.DeniedByPolicy }:
                Denies(trace).ShouldBeTrue();
                trace.Policies.Single(p => p.IsDetermining).ShouldSatisfyAllConditions(p => p.Effect.ShouldBe(PolicyEffect.Deny), p => p.Applies.ShouldBeTrue());
                break;
            case Decision.Deny { Reason: > DenyReason.DeniedByPolicy } deny:
                Denies(trace).ShouldBeFalse();
                permits.ShouldAllBe(p => !p.Applies);
                permits.Max(ReasonOf).ShouldBe(deny.Reason);
                permits.Where(p => p.IsDetermining).ShouldBe(permits.Where(p => ReasonOf(p) == deny.Reason));
                break;
            case Decision.Deny { Reason: DenyReason.ResourceNotOpen or DenyReason.PurposeNotOpen or DenyReason.PurposeMissing }:
                permits.ShouldBeEmpty();
                break;
        }
    }

    [Law]
    public void A_policy_is_said_to_be_selected_when_it_is_asked(Situation c)
    {
        var trace = Explain(c);
        foreach (var near in trace.Policies.Where(p => !p.IsSelected))
        {
            near.Applies.ShouldBeFalse();
            near.Checks.Select(k => k.Kind).ShouldBe([CheckKind.Purpose, CheckKind.Agent, CheckKind.Resource]);
            near.Checks.Count(k => k.Outcome == CheckOutcome.Held).ShouldBe(2);
        }

        if (c.Question.Purpose is { } purpose)
        {
            trace.Policies.Where(p => p.IsSelected).Select(p => p.Policy).ShouldBe(
                c.Policies.Select(PolicyParser.Parse)
                    .Where(p => string.Equals(p.Purpose, purpose, StringComparison.Ordinal) && p.Resource.Equals(c.Question.Resource) && p.Selects(c.Question.Agent))
                    .Select(p => p.Name)
                    .Order(StringComparer.Ordinal));
        }
    }

    private static PolicyTrace Explain(Situation c) => PolicyEvaluator.Explain(c.Set, c.Question);

    private static bool Denies(PolicyTrace trace) => trace.Policies.Any(p => p is { IsSelected: true, Effect: PolicyEffect.Deny, Applies: true });

    private static DenyReason ReasonOf(TracedPolicy permit) => permit.Checks.First(k => k.Outcome != CheckOutcome.Held).Kind switch
    {
        CheckKind.Subject => DenyReason.SubjectNotCovered,
        CheckKind.Condition => DenyReason.ConditionFailed,
        CheckKind.ChainDepth => DenyReason.ChainTooDeep,
        CheckKind.Scopes => DenyReason.ScopeNotPermitted,
        CheckKind.Authentication or CheckKind.SessionAge => DenyReason.AuthenticationInsufficient,
        var kind => throw new InvalidOperationException($"{kind} of a policy that was selected."),
    };
}
