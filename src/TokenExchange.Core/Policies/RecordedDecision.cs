using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>A decision in short: what tells two outcomes apart.</summary>
public abstract record RecordedDecision
{
    private RecordedDecision()
    {
    }

    /// <summary>Yes.</summary>
    /// <param name="Purpose">The purpose, declared or the only one open.</param>
    /// <param name="Granted">The scopes granted.</param>
    /// <param name="Policy">Name of the determining policy.</param>
    public sealed record Permit(string Purpose, ScopeSet Granted, string Policy) : RecordedDecision;

    /// <summary>No.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Deny(DenyReason Reason) : RecordedDecision;

    /// <summary>The short form of a decision.</summary>
    public static RecordedDecision Of(Decision decision) => decision switch
    {
        Decision.Permit permit => new Permit(permit.Purpose, permit.Granted, permit.Policy.Name),
        Decision.Deny deny => new Deny(deny.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(decision)),
    };
}
