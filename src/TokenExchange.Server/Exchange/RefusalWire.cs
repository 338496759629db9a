using TokenExchange.Core.Protocol;

namespace TokenExchange.Server.Exchange;

/// <summary>What a refusal looks like on the wire.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">OAuth error code; of a security event token the code of RFC 8935.</param>
/// <param name="Code">Our reason code: in the record and at the end of <c>error_uri</c>.</param>
/// <param name="Description"><c>error_description</c>: names the rule, reveals nothing a stranger could use.</param>
/// <param name="Help">What to do about it; the text behind <c>error_uri</c>.</param>
public sealed record WireError(int Status, string Error, string Code, string Description, string Help);

/// <summary>The one place where a reason becomes an answer. Exhaustive: a reason without an answer does not compile.</summary>
public static class RefusalWire
{
    /// <summary>The answer to a refusal.</summary>
    public static WireError For(RefusalReason reason) => reason switch
    {
        RefusalReason.MalformedRequest => Invalid("malformed_request", "The request is not a well-formed token request.",
            "Send a POST with application/x-www-form-urlencoded, at most one client authentication method, and every parameter at most once."),
        RefusalReason.UnsupportedGrantType => new(400, ErrorCodes.UnsupportedGrantType, "unsupported_grant_type", "The grant type is not served.",
            $"Agents send grant_type={GrantTypes.TokenExchange}; automation and relying apps send grant_type={GrantTypes.ClientCredentials}."),
        RefusalReason.ClientAuthenticationFailed => new(401, ErrorCodes.InvalidClient, "client_authentication_failed", "Client authentication failed.",
            "The client is unknown, disabled or expired, or its secret or assertion is not right. Which of these it is, is not told."),
        RefusalReason.ClientMayNotExchange => new(400, ErrorCodes.UnauthorizedClient, "client_may_not_exchange", "This client may not act for users.",
            "Only clients of kind ai_agent or service may exchange tokens."),
        RefusalReason.ClientHasNoApi => new(400, ErrorCodes.UnauthorizedClient, "client_has_no_api", "This client may not use this grant.",
            "Only clients of kind automation or resource get tokens for this server's own API. An agent never acts without a user: it exchanges."),
        RefusalReason.ParameterMissing => Invalid("parameter_missing", "A required parameter is missing or empty.",
            "subject_token and subject_token_type are required, and exactly one resource or audience. actor_token and actor_token_type go together."),
        RefusalReason.ParameterRepeated => Invalid("parameter_repeated", "A parameter that may appear once appears more than once.",
            "Send each parameter once."),
        RefusalReason.ParameterMalformed => Invalid("parameter_malformed", "A parameter has a value that cannot be read.",
            "scope is a list separated by single spaces; authorization_details is a JSON array of {\"type\":\"purpose\",\"purpose\":\"…\"} that agrees with purpose."),
        RefusalReason.TokenTypeUnsupported => Invalid("token_type_unsupported", "The token type is not supported.",
            $"subject_token_type is one of {TokenTypes.Jwt}, {TokenTypes.IdToken}, {TokenTypes.AccessToken}; actor_token_type is {TokenTypes.Jwt}; requested_token_type is absent or {TokenTypes.AccessToken}."),
        RefusalReason.SubjectTokenMalformed => Invalid("subject_token_malformed", "The subject token is not a signed JWT of the accepted form.",
            "Send the compact serialization, three base64url parts, exactly as the issuer gave it; its typ must be accepted, and it must be made for a session, not for logout or refresh."),
        RefusalReason.IssuerNotTrusted => Invalid("issuer_not_trusted", "The subject token's issuer is not trusted for this.",
            "An administrator must add the issuer, enable it, and allow this token type for it. The issuer is compared as an exact string."),
        RefusalReason.SubjectTokenSignature => Invalid("subject_token_signature", "The subject token's signature cannot be verified.",
            "The token must be signed with one of the issuer's published keys, by an algorithm an administrator allowed for it."),
        RefusalReason.SubjectTokenClaims => Invalid("subject_token_claims", "The subject token lacks a claim or has a malformed one.",
            "iss, sub, aud, exp and iat are required, as are jti for a single-use issuer; times are whole seconds."),
        RefusalReason.SubjectTokenExpired => Invalid("subject_token_expired", "The subject token is expired, too old, or not valid yet.",
            "Ask the issuer for a fresh one."),
        RefusalReason.SubjectTokenAudience => Invalid("subject_token_audience", "The subject token was made for another audience.",
            "Every aud of an assertion must be one that an administrator listed for the issuer."),
        RefusalReason.SubjectTokenBound => Invalid("subject_token_bound", "The subject token names an actor or is bound to a key.",
            "A session assertion stands for the user alone: it carries neither act nor cnf."),
        RefusalReason.SubjectAmbiguous => Invalid("subject_ambiguous", "The subject cannot be told from another one.",
            "An administrator must give the issuer a subjectPrefix of its own."),
        RefusalReason.SubjectTokenReplayed => Invalid("subject_token_replayed", "The subject token can be used once and was used before.",
            "Ask the issuer for a fresh one."),
        RefusalReason.SubjectTokenRevoked => Invalid("subject_token_revoked", "The subject token is no longer good.",
            "It, its delegation, its session or a party it involves was revoked or disabled. The user must lend again."),
        RefusalReason.IssuerKeysUnavailable => new(503, ErrorCodes.TemporarilyUnavailable, "issuer_keys_unavailable", "The issuer's keys cannot be had at the moment.",
            "Try again after the time in Retry-After."),
        RefusalReason.WrongPresenter => Invalid("wrong_presenter", "The subject token was made for another client.",
            "The assertion names the client that may present it; ask the issuer for one made for this client."),
        RefusalReason.ActorTokenMalformed => Invalid("actor_token_malformed", "The actor token is not a signed JWT of the accepted form.",
            "Send the compact serialization, three base64url parts, exactly as the issuer gave it; its typ must be accepted."),
        RefusalReason.ActorTokenIssuer => Invalid("actor_token_issuer", "The actor token's issuer is not trusted for this.",
            "An administrator must add the issuer, enable it, and list workload among its tokenTypes. The issuer is compared as an exact string."),
        RefusalReason.ActorTokenSignature => Invalid("actor_token_signature", "The actor token's signature cannot be verified.",
            "The token must be signed with one of the issuer's published keys, by an algorithm an administrator allowed for it."),
        RefusalReason.ActorTokenClaims => Invalid("actor_token_claims", "The actor token lacks a claim, or has a malformed one or one it must not have.",
            "iss, sub, aud, exp and iat are required, times are whole seconds; act, may_act and cnf must not be there."),
        RefusalReason.ActorTokenExpired => Invalid("actor_token_expired", "The actor token is expired, too old, or not valid yet.",
            "Ask the issuer for a fresh one."),
        RefusalReason.ActorTokenAudience => Invalid("actor_token_audience", "The actor token was made for another audience.",
            "Every aud must be one that an administrator listed for the issuer."),
        RefusalReason.ActorTokenOfAnotherClient => Invalid("actor_token_of_another_client", "The actor token does not belong to this client.",
            "An administrator must list the workload's issuer and subject among the client's workloads."),
        RefusalReason.ActorNotNamed => Invalid("actor_not_named", "The subject token does not let this client act.",
            "Its may_act names somebody else, or it is an actor token of another agent that may not, or no longer, hand on to this one."),
        RefusalReason.ChainNotExtendable => Invalid("chain_not_extendable", "The chain of actors cannot be extended by this client.",
            "A policy's maxChainDepth is reached, the client is in the chain already, the token was derived too often, or the new one would be too long for anybody to read."),
        RefusalReason.ResourceNotPermitted => new(400, ErrorCodes.InvalidTarget, "resource_not_permitted", "The resource is unknown or not permitted.",
            "Name exactly one resource that is registered here and at which some purpose is open to this agent; a token in hand cannot be turned to another resource unless policy says so."),
        RefusalReason.ScopeNotPermitted => new(400, ErrorCodes.InvalidScope, "scope_not_permitted", "A scope goes beyond what is permitted.",
            "Ask for no more than the policy and the subject token allow at this resource; leave scope out to get all of that."),
        RefusalReason.PurposeNotPermitted => Invalid("purpose_not_permitted", "The purpose is not permitted.",
            "Declare a registered, active purpose that is open to this agent, for this user, at this resource, at this time."),
        RefusalReason.StepUpNeeded => new(400, ErrorCodes.InsufficientUserAuthentication, "step_up_needed", "The user must authenticate again or more strongly.",
            "Have the user authenticate so that acr_values and max_age are met, and send the new assertion."),
        RefusalReason.TokenOfAnotherClient => new(400, ErrorCodes.UnauthorizedClient, "token_of_another_client", "The token was issued to another client.",
            "Only the client a token was issued to may revoke it; revoking the token it was derived from ends it as well."),
        RefusalReason.DelegationEnded => Invalid("delegation_ended", "The delegation is over.",
            "The user must sign in again to lend again."),
        RefusalReason.SecurityEventMalformed => Invalid("security_event_malformed", "This is not a signed security event token of the accepted form.",
            "POST application/secevent+jwt; the body is one compact JWT, three base64url parts and nothing else, with typ secevent+jwt."),
        RefusalReason.SecurityEventIssuer => new(400, ErrorCodes.InvalidIssuer, "security_event_issuer", "The issuer is not trusted to send security events.",
            "An administrator must add the issuer, enable it, and list security_event among its tokenTypes. The issuer is compared as an exact string."),
        RefusalReason.SecurityEventSignature => new(400, ErrorCodes.InvalidKey, "security_event_signature", "The security event token's signature cannot be verified.",
            "It must be signed with one of the issuer's published keys, by an algorithm an administrator allowed for it."),
        RefusalReason.SecurityEventClaims => Invalid("security_event_claims", "The security event token lacks a claim or has a malformed one.",
            "iss, aud, iat, jti and events are required, times are whole seconds; each event is an object with the members its type demands."),
        RefusalReason.SecurityEventExpired => Invalid("security_event_expired", "The security event token is expired, too old, or not valid yet.",
            "An event is taken within 24 hours of its iat. What it told of may have to be ended by an administrator."),
        RefusalReason.SecurityEventAudience => new(400, ErrorCodes.InvalidAudience, "security_event_audience", "The security event token was made for another audience.",
            "Every aud must be this server's issuer or one that an administrator listed for the sending issuer."),
        RefusalReason.SecurityEventSubject => Invalid("security_event_subject", "The event does not name its user in a form that is understood here.",
            "sub_id is the user as iss_sub, or complex with the user as iss_sub and, for one session, its id as opaque. A session without its user cannot be found."),
        RefusalReason.SecurityEventOfAnotherIssuer => new(400, ErrorCodes.AccessDenied, "security_event_of_another_issuer", "The event is about a user of another issuer.",
            "An issuer tells of its own users only: iss of the subject equals iss of the token, and sub looks like no other issuer's user and no client."),
        RefusalReason.TooManyRequests => new(429, ErrorCodes.TemporarilyUnavailable, "too_many_requests", "Too many requests.",
            "Try again after the time in Retry-After. An administrator can raise the limits."),
    };

    /// <summary>All answers by code, for the pages behind <c>error_uri</c>.</summary>
    public static IReadOnlyDictionary<string, WireError> ByCode { get; } =
        Enum.GetValues<RefusalReason>().Select(For).ToDictionary(e => e.Code, StringComparer.Ordinal);

    private static WireError Invalid(string code, string description, string help) => new(400, ErrorCodes.InvalidRequest, code, description, help);
}
