namespace TokenExchange.Core.Protocol;

/// <summary>Error codes on the wire.</summary>
public static class ErrorCodes
{
    /// <summary>RFC 6749 §5.2; also any invalid or unacceptable subject or actor token, RFC 8693 §2.2.2.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>RFC 6749 §5.2: client authentication failed or the client is unknown.</summary>
    public const string InvalidClient = "invalid_client";

    /// <summary>RFC 6749 §5.2: the client may not use this grant.</summary>
    public const string UnauthorizedClient = "unauthorized_client";

    /// <summary>RFC 6749 §5.2.</summary>
    public const string UnsupportedGrantType = "unsupported_grant_type";

    /// <summary>RFC 6749 §5.2: the scope exceeds what is permitted.</summary>
    public const string InvalidScope = "invalid_scope";

    /// <summary>RFC 8693 §2.2.2 and RFC 8707 §2: the resource is unknown or not permitted.</summary>
    public const string InvalidTarget = "invalid_target";

    /// <summary>RFC 9470 §3: stronger or fresher authentication of the user is needed.</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>RFC 6750 §3.1: the token at a relying app is expired, revoked, malformed or otherwise unusable.</summary>
    public const string InvalidToken = "invalid_token";

    /// <summary>RFC 6750 §3.1: the token lacks a scope.</summary>
    public const string InsufficientScope = "insufficient_scope";

    /// <summary>RFC 8935 §2.4: the issuer of a security event token is not accepted.</summary>
    public const string InvalidIssuer = "invalid_issuer";

    /// <summary>RFC 8935 §2.4: a security event token is not signed with an acceptable key.</summary>
    public const string InvalidKey = "invalid_key";

    /// <summary>RFC 8935 §2.4: a security event token is for somebody else.</summary>
    public const string InvalidAudience = "invalid_audience";

    /// <summary>RFC 8935 §2.4: a security event token tells of something its issuer has no say in.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>RFC 6749 §4.1.2.1, used with 503: the database or the record is unavailable.</summary>
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    /// <summary>RFC 6749 §4.1.2.1: a bug.</summary>
    public const string ServerError = "server_error";
}
