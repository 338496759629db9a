namespace TokenExchange.Core.Protocol;

/// <summary>Grant types this product speaks.</summary>
public static class GrantTypes
{
    /// <summary>OAuth 2.0 Token Exchange, RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
}
