using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>What became of an outcome when its question was asked again.</summary>
public enum OutcomeChange
{
    /// <summary>The same: purpose and scopes of a permit, the reason of a deny.</summary>
    None,

    /// <summary>The same, but another policy determines it, with limits of its own.</summary>
    OtherPolicy,

    /// <summary>Permitted before, denied now.</summary>
    Denied,

    /// <summary>Denied before, permitted now.</summary>
    Permitted,

    /// <summary>Denied for another reason.</summary>
    OtherReason,

    /// <summary>Fewer of the same scopes.</summary>
    Narrower,

    /// <summary>The same scopes and more.</summary>
    Wider,

    /// <summary>Some scopes gone and others granted.</summary>
    OtherScopes,

    /// <summary>None was declared, and it is now taken to be another.</summary>
    OtherPurpose,
}

/// <summary>A recorded question, asked again of another set at the time and with the facts on record.</summary>
/// <param name="Recorded">The question and what was answered.</param>
/// <param name="Decision">What is answered now.</param>
/// <param name="Change">The difference.</param>
/// <param name="NotKnowable">Claims that policies of the other set looked at and that were never looked for at the time: counted against the agent, as whatever is unknown.</param>
public sealed record ReplayedOutcome(RecordedQuestion Recorded, Decision Decision, OutcomeChange Change, IReadOnlyList<string> NotKnowable)
{
    /// <summary>Asks again. Pure.</summary>
    public static ReplayedOutcome Of(PolicySet set, RecordedQuestion recorded)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(recorded);
        var decision = PolicyEvaluator.Decide(set, recorded.Question);
        return new ReplayedOutcome(recorded, decision, Compare(recorded.Decision, RecordedDecision.Of(decision)), Unknowable(set, recorded));
    }

    private static OutcomeChange Compare(RecordedDecision before, RecordedDecision after) => (before, after) switch
    {
        (RecordedDecision.Permit, RecordedDecision.Deny) => OutcomeChange.Denied,
        (RecordedDecision.Deny, RecordedDecision.Permit) => OutcomeChange.Permitted,
        (RecordedDecision.Deny b, RecordedDecision.Deny a) => b.Reason == a.Reason ? OutcomeChange.None : OutcomeChange.OtherReason,
        (RecordedDecision.Permit b, RecordedDecision.Permit a) when !string.Equals(b.Purpose, a.Purpose, StringComparison.Ordinal) => OutcomeChange.OtherPurpose,
        (RecordedDecision.Permit b, RecordedDecision.Permit a) when b.Granted.Equals(a.Granted) => string.Equals(b.Policy, a.Policy, StringComparison.Ordinal) ? OutcomeChange.None : OutcomeChange.OtherPolicy,
        (RecordedDecision.Permit b, RecordedDecision.Permit a) when a.Granted.IsSubsetOf(b.Granted) => OutcomeChange.Narrower,
        (RecordedDecision.Permit b, RecordedDecision.Permit a) when b.Granted.IsSubsetOf(a.Granted) => OutcomeChange.Wider,
        _ => OutcomeChange.OtherScopes,
    };

    private static IReadOnlyList<string> Unknowable(PolicySet set, RecordedQuestion recorded)
    {
        var (question, claims) = (recorded.Question, recorded.Question.Subject.Claims);
        bool WasNeverLookedFor(string claim) => !claims.ContainsKey(claim) && !recorded.UnknownClaims.Contains(claim, StringComparer.Ordinal);
        if (!set.ReferencedClaims.Any(WasNeverLookedFor))
        {
            return [];
        }

        var purposes = question.Purpose is { } declared ? [declared] : set.PurposesOpenTo(question.Agent, question.Resource);
        return
        [
            .. purposes.SelectMany(p => set.Find(p, question.Resource, question.Agent))
                .SelectMany(p => p.Subjects.Where(s => s.Selects(question.Subject) is null).SelectMany(s => s.Claims.Keys).Concat(p.Conditions.Select(PolicySet.ClaimOf).OfType<string>()))
                .Where(WasNeverLookedFor)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }
}
