using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

public class DecisionLaws
{
    [Fact]
    public void Generated_questions_are_often_permitted_and_denied_for_every_reason()
    {
        var outcomes = Generators.AnySituation.Sample(1_000)
            .Select(s => s.Decide() is Decision.Deny deny ? deny.Reason.ToString() : "permit")
            .CountBy(o => o, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var distribution = string.Join(", ", outcomes.Select(o => $"{o.Key}: {o.Value}"));

        outcomes["permit"].ShouldBeGreaterThan(100, distribution);
        Enum.GetNames<DenyReason>().Except(outcomes.Keys, StringComparer.Ordinal).ShouldBeEmpty(distribution);
    }

    [Requirement("RFC 8693", "2.1.1", "What is granted is asked for, permitted at that target, and within the token in hand")]
    [Requirement("RFC 9068", "2.2.3", "All scopes of a token mean something at its one audience")]
    [Requirement("RFC 9700", "2.3", "A token has the least that is needed: scopes, one resource, minutes")]
    [Requirement("ASVS 5.0", "V10.4.11", "A client gets only the scopes that policies give it")]
    [Law("L1")]
    public void L1_What_is_granted_is_within_the_determining_policy_the_token_in_hand_and_what_was_asked_for(Situation c)
    {
        if (c.Decide() is not Decision.Permit permit)
        {
            return;
        }

        permit.Granted.IsEmpty.ShouldBeFalse();
        permit.Granted.IsSubsetOf(permit.Policy.Scopes).ShouldBeTrue();
        permit.Granted.IsSubsetOf(c.Question.ScopeCeiling ?? permit.Granted).ShouldBeTrue();
        permit.Granted.ShouldBe(c.Question.RequestedScopes ?? permit.Granted);
    }

    [Law("L1")]
    public void L1_The_determining_policy_covers_every_part_of_the_question(Situation c)
    {
        if (c.Decide() is not Decision.Permit permit)
        {
            return;
        }

        var (policy, question) = (permit.Policy, c.Question);
        policy.Effect.ShouldBe(PolicyEffect.Permit);
        policy.Purpose.ShouldBe(question.Purpose ?? permit.Purpose);
        permit.Purpose.ShouldBe(policy.Purpose);
        c.Purposes.Single(p => string.Equals(p.Purpose, permit.Purpose, StringComparison.Ordinal)).State.ShouldBe("active");
        policy.Resource.ShouldBe(question.Resource);
        policy.Selects(question.Agent).ShouldBeTrue();
        policy.Subjects.Any(s => s.Selects(question.Subject) == true).ShouldBeTrue();
        policy.Conditions.All(x => x.Holds(question) == true).ShouldBeTrue();
        question.ChainDepth.ShouldBeLessThanOrEqualTo(policy.Limits.MaxChainDepth);
        policy.Limits.Authentication.IsMetBy(question.Subject.Authentication, question.Now).ShouldBeTrue();
        new AuthenticationRequirement(policy.Limits.MaxSessionAge, []).IsMetBy(question.Subject.Authentication, question.Now).ShouldBeTrue();
        policy.Limits.PerScope.Where(p => permit.Granted.Contains(p.Key)).All(p => p.Value.IsMetBy(question.Subject.Authentication, question.Now)).ShouldBeTrue();
    }

    [Law("L1")]
    public void L1_Nothing_is_granted_that_some_deny_forbids(Situation c)
    {
        if (c.Decide() is not Decision.Permit permit)
        {
            return;
        }

        foreach (var deny in c.Policies.Select(PolicyParser.Parse).Where(p => Applies(p, c.Question, permit.Purpose)))
        {
            deny.Scopes.IsEmpty.ShouldBeFalse();
            permit.Granted.Intersect(deny.Scopes).ShouldBe(ScopeSet.Empty);
        }
    }

    [Law("L7")]
    public void L7_The_same_question_to_the_same_set_has_the_same_answer(Situation c)
    {
        var set = c.Set;

        DecisionWords.Of(PolicyEvaluator.Decide(set, c.Question)).ShouldBe(DecisionWords.Of(PolicyEvaluator.Decide(set, c.Question)));
    }

    [Law]
    public void The_order_in_which_purposes_and_policies_are_listed_does_not_matter(Situation c, int seed)
    {
        var shuffled = c with { Purposes = [.. c.Purposes.Reverse()], Policies = [.. c.Policies.OrderBy(p => HashCode.Combine(p.Name, seed))] };

        DecisionWords.Of(shuffled.Decide()).ShouldBe(DecisionWords.Of(c.Decide()));
        shuffled.Set.ContentHash.ShouldBe(c.Set.ContentHash);
    }

    [Law]
    public void Policies_decide_the_same_after_they_were_written_and_read(Situation c)
    {
        var read = c with { Policies = [.. c.Policies.Select(p => JsonSerializer.Deserialize<PolicyDefinition>(JsonSerializer.Serialize(p, ConfigurationJson.Compact), ConfigurationJson.Compact)!)] };

        DecisionWords.Of(read.Decide()).ShouldBe(DecisionWords.Of(c.Decide()));
        read.Set.ContentHash.ShouldBe(c.Set.ContentHash);
    }

    [Requirement("RFC 8707", "2.2", "Scopes are those that mean something at the resource asked for")]
    [Law]
    public void A_policy_at_another_resource_changes_nothing(Situation c, PolicyDefinition policy)
    {
        if (!ResourceIndicator.Parse(policy.Resource).Equals(c.Question.Resource))
        {
            DecisionWords.Of(c.With(policy).Decide()).ShouldBe(DecisionWords.Of(c.Decide()));
        }
    }

    // Where the purpose is to be inferred, another one that becomes open does make a difference.
    [Law]
    public void A_policy_under_another_purpose_changes_nothing_where_the_purpose_is_declared(Situation c, PolicyDefinition policy)
    {
        c = c.Declared;
        if (!string.Equals(policy.Purpose, c.Question.Purpose, StringComparison.Ordinal))
        {
            // That something else is open there does change which of the two is said not to be open.
            static string Of(Decision decision) => DecisionWords.Of(decision).Replace("ResourceNotOpen", "PurposeNotOpen", StringComparison.Ordinal);
            Of(c.With(policy).Decide()).ShouldBe(Of(c.Decide()));
        }
    }

    [Law]
    public void A_policy_for_other_agents_changes_nothing(Situation c, PolicyDefinition policy)
    {
        if (!PolicyParser.Parse(policy).Selects(c.Question.Agent))
        {
            DecisionWords.Of(c.With(policy).Decide()).ShouldBe(DecisionWords.Of(c.Decide()));
        }
    }

    [Law]
    public void An_undeclared_purpose_is_answered_as_the_only_open_one_declared(Situation c)
    {
        c = c.Asking(c.Question with { Purpose = null });
        var expected = c.Set.PurposesOpenTo(c.Question.Agent, c.Question.Resource) switch
        {
            [] => "v1 deny ResourceNotOpen",
            [var only] => DecisionWords.Of(c.Asking(c.Question with { Purpose = only }).Decide()),
            _ => "v1 deny PurposeMissing",
        };

        DecisionWords.Of(c.Decide()).ShouldBe(expected);
    }

    // When nothing is asked for by name, losing scopes can let another permit reach furthest: then no more scopes than before, and none beyond what
    // that permit gave without the deny.
    [Law("L1")]
    public void L1_A_further_deny_never_permits_and_never_widens(Situation c, PolicyDefinition policy)
    {
        var deny = policy with { Effect = "deny" };
        if (c.With(deny).Decide() is not Decision.Permit after)
        {
            return;
        }

        var before = c.Decide().ShouldBeOfType<Decision.Permit>();
        after.Granted.Count.ShouldBeLessThanOrEqualTo(before.Granted.Count);
        after.Granted.IsSubsetOf(Only(c, after).Granted).ShouldBeTrue();
        if (c.Question.RequestedScopes is not null)
        {
            after.Granted.ShouldBe(before.Granted);
        }

        if (!Applies(PolicyParser.Parse(deny), c.Question, before.Purpose))
        {
            DecisionWords.Of(after).ShouldBe(DecisionWords.Of(before));
        }
    }

    // Where the purpose is to be inferred, a permit removed can leave a single purpose open.
    [Law("L1")]
    public void L1_A_permit_removed_never_permits_and_never_widens_where_the_purpose_is_declared(Situation c, NonNegativeInt which)
    {
        c = c.Declared;
        if (c.Policies.Where(IsPermit).ToList() is not { Count: > 0 } permits || c.Without(permits[which.Get % permits.Count]).Decide() is not Decision.Permit after)
        {
            return;
        }

        var before = c.Decide().ShouldBeOfType<Decision.Permit>();
        after.Granted.Count.ShouldBeLessThanOrEqualTo(before.Granted.Count);
        if (!string.Equals(permits[which.Get % permits.Count].Name, before.Policy.Name, StringComparison.Ordinal))
        {
            DecisionWords.Of(after).ShouldBe(DecisionWords.Of(before));
        }
    }

    [Law]
    public void The_determining_permit_gives_the_same_without_the_other_permits(Situation c)
    {
        c = c.Declared;
        if (c.Decide() is Decision.Permit permit)
        {
            DecisionWords.Of(Only(c, permit)).ShouldBe(DecisionWords.Of(permit));
        }
    }

    [Law]
    public void A_deny_names_policies_that_failed_for_its_reason(Situation c)
    {
        if (c.Decide() is not Decision.Deny deny)
        {
            return;
        }

        deny.Closest.Select(m => m.Reason).Distinct().ShouldBe(deny.Closest.Count == 0 ? [] : [deny.Reason]);
        (deny.Closest.Count > 0).ShouldBe(deny.Reason >= DenyReason.DeniedByPolicy);
        (deny.StepUp is not null).ShouldBe(deny.Reason == DenyReason.AuthenticationInsufficient);
        foreach (var name in deny.Closest.Select(m => m.Policy))
        {
            c.Policies.Single(p => string.Equals(p.Name, name, StringComparison.Ordinal)).Effect.ShouldBe(deny.Reason == DenyReason.DeniedByPolicy ? "deny" : "permit");
        }
    }

    [Law("L1")]
    public void L1_A_narrower_token_in_hand_never_permits_and_never_widens(Situation c, ScopeSet narrower)
    {
        var ceiling = c.Question.ScopeCeiling is { } held ? held.Intersect(narrower) : narrower;

        NeverMore(c.Decide(), c.Asking(c.Question with { ScopeCeiling = ceiling }).Decide());
    }

    [Law("L3")]
    public void L3_A_deeper_chain_never_permits_and_never_widens(Situation c) =>
        NeverMore(c.Decide(), c.Asking(c.Question with { ChainDepth = c.Question.ChainDepth + 1 }).Decide());

    [Law("L7")]
    public void L7_Knowing_less_never_permits_and_never_widens(Situation c)
    {
        var (question, subject) = (c.Question, c.Question.Subject);
        PolicyQuestion[] lessKnown =
        [
            question with { Source = null },
            .. subject.Claims.Keys.Select(forgotten => question with { Subject = subject with { Claims = subject.Claims.Where(x => !string.Equals(x.Key, forgotten, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) } }),
            question with { Subject = subject with { Authentication = subject.Authentication with { Time = null } } },
            question with { Subject = subject with { Authentication = subject.Authentication with { ContextClass = null } } },
        ];

        foreach (var less in lessKnown)
        {
            NeverMore(c.Decide(), c.Asking(less).Decide());
        }
    }

    [Law("L8")]
    public void L8_An_older_authentication_never_permits_and_never_widens(Situation c)
    {
        var authentication = c.Question.Subject.Authentication;
        var older = c.Asking(c.Question with { Subject = c.Question.Subject with { Authentication = authentication with { Time = authentication.Time?.AddMinutes(-10) } } });

        NeverMore(c.Decide(), older.Decide());
    }

    [Law("L7")]
    public void L7_A_set_that_was_never_published_permits_nothing(Situation c) => PolicyEvaluator.Decide(PolicySet.Empty, c.Question).ShouldBeOfType<Decision.Deny>();

    [Law("L7")]
    public void L7_A_purpose_that_is_retired_or_gone_permits_nothing(Situation c)
    {
        if (c.Decide() is not Decision.Permit permit)
        {
            return;
        }

        bool IsIt(PurposeDefinition p) => string.Equals(p.Purpose, permit.Purpose, StringComparison.Ordinal);
        var asked = c.Question with { Purpose = permit.Purpose };

        (c with { Purposes = [.. c.Purposes.Select(p => IsIt(p) ? p with { State = "retired" } : p)], Question = asked }).Decide().ShouldBeOfType<Decision.Deny>();
        (c with { Purposes = [.. c.Purposes.Where(p => !IsIt(p))], Question = asked }).Decide().ShouldBeOfType<Decision.Deny>();
    }

    [Law("L8")]
    public void L8_What_the_user_did_to_authenticate_counts_only_as_it_was_said(Situation c)
    {
        if (c.Decide() is not Decision.Permit permit)
        {
            return;
        }

        var (limits, authentication, now) = (permit.Policy.Limits, c.Question.Subject.Authentication, c.Question.Now);
        AuthenticationRequirement[] demanded = [limits.Authentication, new(limits.MaxSessionAge, []), .. limits.PerScope.Where(p => permit.Granted.Contains(p.Key)).Select(p => p.Value)];
        foreach (var demand in demanded)
        {
            (demand.AcrValues.Count == 0 || demand.AcrValues.Contains(authentication.ContextClass ?? string.Empty, StringComparer.Ordinal)).ShouldBeTrue();
            (demand.MaxAge is null || (authentication.Time is { } time && time + demand.MaxAge >= now)).ShouldBeTrue();
        }
    }

    [Law]
    public void The_step_up_that_is_demanded_lets_the_policy_permit(Situation c)
    {
        if (c.Decide() is not Decision.Deny { StepUp: { } stepUp } deny)
        {
            return;
        }

        // The demand is that of the policy named first; nothing helps where a policy and one of its scopes accept no acr in common.
        var first = c.Policies.Single(p => string.Equals(p.Name, deny.Closest[0].Policy, StringComparison.Ordinal));
        var question = c.Question with { Subject = c.Question.Subject with { Authentication = new UserAuthentication(c.Question.Now - (stepUp.MaxAge ?? TimeSpan.FromDays(1)), stepUp.AcrValues.Count > 0 ? stepUp.AcrValues[0] : null, []) } };
        if (first.Limits.PerScope.Values.All(r => r.AcrValues.Count == 0 || first.Limits.AcrValues.Count == 0 || r.AcrValues.SequenceEqual(first.Limits.AcrValues, StringComparer.Ordinal)))
        {
            c.Asking(question).Decide().ShouldBeOfType<Decision.Permit>();
        }
    }

    private static void NeverMore(Decision before, Decision after)
    {
        if (after is Decision.Permit permit)
        {
            permit.Granted.Count.ShouldBeLessThanOrEqualTo(before.ShouldBeOfType<Decision.Permit>().Granted.Count);
        }
    }

    /// <summary>The answer when the determining permit is the only permit.</summary>
    private static Decision.Permit Only(Situation c, Decision.Permit permit) =>
        (c with { Policies = [.. c.Policies.Where(p => !IsPermit(p) || string.Equals(p.Name, permit.Policy.Name, StringComparison.Ordinal))] }).Decide().ShouldBeOfType<Decision.Permit>();

    private static bool IsPermit(PolicyDefinition policy) => string.Equals(policy.Effect, "permit", StringComparison.Ordinal);

    // Written again in other words than the evaluator's: a deny is in force unless something about it is known not to fit.
    private static bool Applies(Policy policy, PolicyQuestion question, string purpose) =>
        policy.Effect == PolicyEffect.Deny
        && string.Equals(policy.Purpose, purpose, StringComparison.Ordinal)
        && policy.Resource.Equals(question.Resource)
        && policy.Selects(question.Agent)
        && !policy.Subjects.All(s => s.Selects(question.Subject) == false)
        && !policy.Conditions.Any(x => x.Holds(question) == false);
}
