namespace TokenExchange.Core.Protocol;

/// <summary>Token type identifiers, RFC 8693 §3.</summary>
public static class TokenTypes
{
    /// <summary>An OAuth 2.0 access token; here always an actor token issued by this server.</summary>
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>An OpenID Connect ID token used as a session assertion.</summary>
    public const string IdToken = "urn:ietf:params:oauth:token-type:id_token";

    /// <summary>A JWT (RFC 7519) used as a session assertion.</summary>
    public const string Jwt = "urn:ietf:params:oauth:token-type:jwt";

    /// <summary><c>client_assertion_type</c> of <c>private_key_jwt</c>, RFC 7523 §2.2.</summary>
    public const string ClientAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>The <c>typ</c> header of a JWT access token, RFC 9068 §2.1.</summary>
    public const string AccessTokenHeader = "at+jwt";
}
