namespace TokenExchange.Core.Protocol;

/// <summary>Claim names of the actor token and of assertions.</summary>
public static class ClaimNames
{
    /// <summary>RFC 7519 §4.1.1.</summary>
    public const string Issuer = "iss";

    /// <summary>RFC 7519 §4.1.2. In an actor token: the user, never the agent.</summary>
    public const string Subject = "sub";

    /// <summary>RFC 7519 §4.1.3. In an actor token: the one resource.</summary>
    public const string Audience = "aud";

    /// <summary>RFC 7519 §4.1.4, seconds since the epoch.</summary>
    public const string ExpiresAt = "exp";

    /// <summary>RFC 7519 §4.1.5, seconds since the epoch.</summary>
    public const string NotBefore = "nbf";

    /// <summary>RFC 7519 §4.1.6, seconds since the epoch.</summary>
    public const string IssuedAt = "iat";

    /// <summary>RFC 7519 §4.1.7.</summary>
    public const string TokenId = "jti";

    /// <summary>RFC 8693 §4.1: the acting party, earlier actors nested.</summary>
    public const string Actor = "act";

    /// <summary>RFC 8693 §4.2 and RFC 9068 §2.2.3: space-separated.</summary>
    public const string Scope = "scope";

    /// <summary>RFC 8693 §4.3: the client that asked for the token.</summary>
    public const string ClientId = "client_id";

    /// <summary>RFC 8693 §4.4: who may become the actor.</summary>
    public const string MayAct = "may_act";

    /// <summary>Ours: the purpose the token is bound to. No registered claim exists for it.</summary>
    public const string Purpose = "purpose";

    /// <summary>RFC 8417 §2.2: here the delegation, the same in every token of a chain.</summary>
    public const string Transaction = "txn";

    /// <summary>OpenID Connect Front-Channel Logout §3; in an actor token an opaque id of the root session.</summary>
    public const string SessionId = "sid";

    /// <summary>OpenID Connect Core §2: when the user authenticated, seconds since the epoch.</summary>
    public const string AuthTime = "auth_time";

    /// <summary>OpenID Connect Core §2: authentication context class reference.</summary>
    public const string AuthenticationContext = "acr";

    /// <summary>OpenID Connect Core §2 and RFC 8176: authentication methods.</summary>
    public const string AuthenticationMethods = "amr";

    /// <summary>Ours: the trusted issuer that vouched for the user, so that a relying app can hold policies against the token.</summary>
    public const string SubjectIssuer = "subject_issuer";

    /// <summary>Ours: verified claims of the user's assertion, of those that policies under this purpose at this resource look at; an object of arrays of strings.</summary>
    public const string SubjectClaims = "subject_claims";

    /// <summary>RFC 7800 §3.1: key the token is bound to.</summary>
    public const string Confirmation = "cnf";

    /// <summary>What an actor is (<c>ai_agent</c>, <c>service</c>), inside <c>act</c>; draft-mora-oauth-entity-profiles.</summary>
    public const string SubjectProfile = "sub_profile";
}
