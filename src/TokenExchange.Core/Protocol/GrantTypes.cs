namespace TokenExchange.Core.Protocol;

/// <summary>Grant types this product speaks.</summary>
public static class GrantTypes
{
    /// <summary>OAuth 2.0 Token Exchange, RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>RFC 6749 §4.4: an administrator's script or a relying app asks for a token for this server's own API. Agents get none: they act for a user or not at all.</summary>
    public const string ClientCredentials = "client_credentials";
}
