namespace TokenExchange.Core.Policies;

/// <summary>A decision with all that led to it, for whoever writes policies.</summary>
/// <param name="Decision">What <see cref="PolicyEvaluator.Decide"/> answers.</param>
/// <param name="Policies">Every policy that selects the agent under the purpose at the resource, by name; where no permit does, those that nearly do as well.</param>
public sealed record PolicyTrace(Decision Decision, IReadOnlyList<TracedPolicy> Policies);

/// <summary>How one policy fared.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Purpose">The purpose it belongs to.</param>
/// <param name="Effect">Permit or deny.</param>
/// <param name="IsSelected">Whether it selects the agent under the purpose at the resource; if not it was never asked, and its checks say what it selects instead.</param>
/// <param name="IsDetermining">Whether the decision rests on it: the permit that answers, the deny that forbids, or the permits that came closest.</param>
/// <param name="Checks">Its checks in the order in which they are made, all of them: a decision looks no further than the first that fails.</param>
public sealed record TracedPolicy(string Policy, string Purpose, PolicyEffect Effect, bool IsSelected, bool IsDetermining, IReadOnlyList<TracedCheck> Checks)
{
    /// <summary>Whether it says what it is there to say: a permit covers the question, a deny forbids it. What is unknown counts against the agent.</summary>
    public bool Applies => IsSelected && (Effect == PolicyEffect.Permit ? Checks.All(c => c.Outcome == CheckOutcome.Held) : Checks.All(c => c.Outcome != CheckOutcome.Failed));
}

/// <summary>One check.</summary>
/// <param name="Kind">What is checked.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Detail">In words.</param>
public sealed record TracedCheck(CheckKind Kind, CheckOutcome Outcome, string Detail);

/// <summary>What a check looks at, in the order of checks.</summary>
public enum CheckKind
{
    /// <summary>The policy belongs to the purpose.</summary>
    Purpose,

    /// <summary>It selects the agent.</summary>
    Agent,

    /// <summary>It is about the resource.</summary>
    Resource,

    /// <summary>The user is among its subjects.</summary>
    Subject,

    /// <summary>One of its conditions.</summary>
    Condition,

    /// <summary>How many actors the chain would have.</summary>
    ChainDepth,

    /// <summary>The scopes asked for; of a deny, whether it is about them.</summary>
    Scopes,

    /// <summary>How, and how freshly, the user authenticated.</summary>
    Authentication,

    /// <summary>The time since the user authenticated.</summary>
    SessionAge,
}

/// <summary>How a check went.</summary>
public enum CheckOutcome
{
    /// <summary>It holds.</summary>
    Held,

    /// <summary>It does not hold.</summary>
    Failed,

    /// <summary>The question does not say enough to know, which counts against the agent.</summary>
    Unknown,
}
