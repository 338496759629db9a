namespace TokenExchange.Client;

/// <summary>Where to exchange, and as whom. Checked when the application starts; every mistake is named with what to write instead.</summary>
public class TokenExchangeClientOptions
{
    /// <summary>
    /// The server's issuer, the exact string it publishes as <c>issuer</c> (RFC 8414 §2): no slash more or less. https, or http on loopback.
    /// The metadata is read from <c>{Authority}/.well-known/oauth-authorization-server</c>. Required.
    /// </summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>The agent's client id at the server (RFC 6749 §2.2). Required.</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>
    /// The client secret, sent as <c>client_secret_basic</c> (RFC 6749 §2.3.1). Give this or <see cref="ClientKey"/>, not both. Default: none.
    /// </summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// The private key for <c>private_key_jwt</c> (RFC 7523 §2.2): a JWK as JSON (RFC 7517) with <c>kty</c> EC, <c>crv</c> P-256, <c>x</c>,
    /// <c>y</c>, <c>d</c> and, when the server knows several keys of this client, <c>kid</c>. It signs with ES256; the key itself is never sent.
    /// Give this or <see cref="ClientSecret"/>, not both. Default: none.
    /// </summary>
    public string? ClientKey { get; set; }

    /// <summary>How long one request to the server may take. More than zero, at most 5 minutes; default 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
