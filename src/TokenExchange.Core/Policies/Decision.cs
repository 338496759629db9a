using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>What a policy set answers. It explains itself: administrators may see all of it, agents the reason only.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Version of the set that answered.</summary>
    public required long PolicySetVersion { get; init; }

    /// <summary>Yes, within limits.</summary>
    /// <param name="Purpose">The purpose, declared or the only one open.</param>
    /// <param name="Granted">The scopes granted; never empty.</param>
    /// <param name="Policy">The determining policy: its limits apply, and no other's.</param>
    public sealed record Permit(string Purpose, ScopeSet Granted, Policy Policy) : Decision;

    /// <summary>No.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="StepUp">What authentication of the user would help; only with <see cref="DenyReason.AuthenticationInsufficient"/>.</param>
    /// <param name="Closest">The policies that came closest and what failed in each; empty when none was near.</param>
    public sealed record Deny(DenyReason Reason, StepUp? StepUp, IReadOnlyList<NearMiss> Closest) : Decision;
}

/// <summary>Why a policy set says no.</summary>
public enum DenyReason
{
    /// <summary>No purpose was declared and several are open to this agent at this resource.</summary>
    PurposeMissing,

    /// <summary>No such purpose.</summary>
    PurposeUnknown,

    /// <summary>The purpose is retired.</summary>
    PurposeRetired,

    /// <summary>No policy lets this agent act at this resource, whatever the purpose.</summary>
    ResourceNotOpen,

    /// <summary>No policy lets this agent act under this purpose at this resource.</summary>
    PurposeNotOpen,

    /// <summary>A deny policy matches.</summary>
    DeniedByPolicy,

    /// <summary>No policy covers this user.</summary>
    SubjectNotCovered,

    /// <summary>A condition does not hold.</summary>
    ConditionFailed,

    /// <summary>The chain would have more actors than permitted.</summary>
    ChainTooDeep,

    /// <summary>More scopes are asked for than are permitted, or none would remain.</summary>
    ScopeNotPermitted,

    /// <summary>The user must authenticate again or more strongly.</summary>
    AuthenticationInsufficient,
}

/// <summary>What authentication of the user would help (RFC 9470 §3).</summary>
/// <param name="AcrValues">Acceptable <c>acr</c> values; empty means any.</param>
/// <param name="MaxAge">Greatest age of the authentication; null means any.</param>
public sealed record StepUp(IReadOnlyList<string> AcrValues, TimeSpan? MaxAge);

/// <summary>A policy that did not permit, and why.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Reason">The kind of check that failed.</param>
/// <param name="Detail">The check in words, for administrators.</param>
public sealed record NearMiss(string Policy, DenyReason Reason, string Detail);
