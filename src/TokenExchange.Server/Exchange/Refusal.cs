using TokenExchange.Core.Policies;

namespace TokenExchange.Server.Exchange;

/// <summary>Why a request was refused. Each has a code on record and one answer on the wire: <see cref="RefusalWire"/>.</summary>
public enum RefusalReason
{
    /// <summary>The request is not a well-formed token request.</summary>
    MalformedRequest,

    /// <summary>Another grant type than token exchange.</summary>
    UnsupportedGrantType,

    /// <summary>The client is unknown, disabled or expired, or did not prove who it is.</summary>
    ClientAuthenticationFailed,

    /// <summary>The client is of a kind that may not act for users.</summary>
    ClientMayNotExchange,

    /// <summary>The client is of a kind that gets no token for this server's own API.</summary>
    ClientHasNoApi,

    /// <summary>A required parameter is missing or empty.</summary>
    ParameterMissing,

    /// <summary>A parameter that may appear once appears more than once.</summary>
    ParameterRepeated,

    /// <summary>A parameter has a value that cannot be read.</summary>
    ParameterMalformed,

    /// <summary>A subject, actor or requested token type that is not served.</summary>
    TokenTypeUnsupported,

    /// <summary>The subject token is not a JWT of the accepted form.</summary>
    SubjectTokenMalformed,

    /// <summary>Its issuer is not trusted (any more), or not for this token type.</summary>
    IssuerNotTrusted,

    /// <summary>Its signature, algorithm or key is not right.</summary>
    SubjectTokenSignature,

    /// <summary>A claim it needs is missing or malformed.</summary>
    SubjectTokenClaims,

    /// <summary>It is expired, too old, or not valid yet.</summary>
    SubjectTokenExpired,

    /// <summary>It was made for somebody else.</summary>
    SubjectTokenAudience,

    /// <summary>It names an actor or a key already; a session assertion stands for the user alone.</summary>
    SubjectTokenBound,

    /// <summary>Its subject could be mistaken for another issuer's user or for a client.</summary>
    SubjectAmbiguous,

    /// <summary>It can be used once and was used before.</summary>
    SubjectTokenReplayed,

    /// <summary>It, or something it hangs below, was revoked or disabled.</summary>
    SubjectTokenRevoked,

    /// <summary>The issuer's keys cannot be had at the moment.</summary>
    IssuerKeysUnavailable,

    /// <summary>The assertion was made for another client.</summary>
    WrongPresenter,

    /// <summary>The actor token is not a JWT of the accepted form.</summary>
    ActorTokenMalformed,

    /// <summary>Its issuer is not trusted to name workloads.</summary>
    ActorTokenIssuer,

    /// <summary>Its signature, algorithm or key is not right.</summary>
    ActorTokenSignature,

    /// <summary>A claim it needs is missing or malformed, or it has one it must not have.</summary>
    ActorTokenClaims,

    /// <summary>It is expired, too old, or not valid yet.</summary>
    ActorTokenExpired,

    /// <summary>It was made for somebody else.</summary>
    ActorTokenAudience,

    /// <summary>It names a workload that is not an instance of the authenticated client.</summary>
    ActorTokenOfAnotherClient,

    /// <summary>The subject token does not let this client act.</summary>
    ActorNotNamed,

    /// <summary>The chain would be too deep, or hold one actor twice.</summary>
    ChainNotExtendable,

    /// <summary>The resource is unknown, disabled, not the one the token in hand may be used for, or more than one.</summary>
    ResourceNotPermitted,

    /// <summary>A scope beyond what is permitted.</summary>
    ScopeNotPermitted,

    /// <summary>The purpose is unknown, retired or not open, or a policy says no.</summary>
    PurposeNotPermitted,

    /// <summary>The user must authenticate again or more strongly.</summary>
    StepUpNeeded,

    /// <summary>A token to be revoked was issued to another client.</summary>
    TokenOfAnotherClient,

    /// <summary>The delegation is over; the user must sign in again to lend again.</summary>
    DelegationEnded,

    /// <summary>What an identity provider sent is no security event token of the accepted form.</summary>
    SecurityEventMalformed,

    /// <summary>Its issuer is not trusted (any more), or not to tell of events.</summary>
    SecurityEventIssuer,

    /// <summary>Its signature, algorithm or key is not right.</summary>
    SecurityEventSignature,

    /// <summary>A claim it needs, or a member of an event, is missing or malformed.</summary>
    SecurityEventClaims,

    /// <summary>It is expired, too old, or not valid yet.</summary>
    SecurityEventExpired,

    /// <summary>It was made for somebody else.</summary>
    SecurityEventAudience,

    /// <summary>It does not say of which user, in a way that can be understood here.</summary>
    SecurityEventSubject,

    /// <summary>It tells of a user who is not its issuer's.</summary>
    SecurityEventOfAnotherIssuer,

    /// <summary>Too many requests from this address or client.</summary>
    TooManyRequests,
}

/// <summary>A refusal: a value, not an exception.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">More, for the record and administrators; never a token or secret, and never sent to the client.</param>
/// <param name="StepUp">With <see cref="RefusalReason.StepUpNeeded"/>: what would help.</param>
public sealed record Refusal(RefusalReason Reason, string? Detail = null, StepUp? StepUp = null)
{
    /// <summary>What a deny means for the request: the policy's reasons in the wire's terms, with the near misses for the record.</summary>
    public static Refusal For(Decision.Deny deny)
    {
        ArgumentNullException.ThrowIfNull(deny);
        var reason = deny.Reason switch
        {
            DenyReason.ScopeNotPermitted => RefusalReason.ScopeNotPermitted,
            DenyReason.AuthenticationInsufficient => RefusalReason.StepUpNeeded,
            DenyReason.ChainTooDeep => RefusalReason.ChainNotExtendable,
            DenyReason.ResourceNotOpen => RefusalReason.ResourceNotPermitted,
            DenyReason.PurposeMissing or DenyReason.PurposeUnknown or DenyReason.PurposeRetired or DenyReason.PurposeNotOpen
                or DenyReason.DeniedByPolicy or DenyReason.SubjectNotCovered or DenyReason.ConditionFailed => RefusalReason.PurposeNotPermitted,
        };
        var closest = string.Join("; ", deny.Closest.Select(c => $"{c.Policy}: {c.Detail}"));
        return new Refusal(reason, closest.Length == 0 ? DenyReasons.NameOf(deny.Reason) : $"{DenyReasons.NameOf(deny.Reason)}: {closest}", deny.StepUp);
    }
}
