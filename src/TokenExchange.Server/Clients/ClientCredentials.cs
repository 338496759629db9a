using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Clients;

/// <summary>What a request brings to prove which client it comes from: exactly one method (RFC 6749 §2.3).</summary>
public abstract record ClientCredentials
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ClientCredentials()
    {
    }

    /// <summary>The client it claims to be, nothing proven yet; null when it does not say.</summary>
    public abstract string? Claimed { get; }

    /// <summary><c>client_secret_basic</c> and <c>client_secret_post</c>.</summary>
    public sealed record Secret(string ClientId, string Value) : ClientCredentials
    {
        /// <inheritdoc />
        public override string Claimed => ClientId;
    }

    /// <summary><c>private_key_jwt</c> (RFC 7523 §2.2).</summary>
    /// <param name="Jwt">The client assertion; null when it is not even of the accepted form.</param>
    /// <param name="ClientId"><c>client_id</c>, which is optional and must then agree.</param>
    public sealed record Assertion(CompactJwt? Jwt, string? ClientId) : ClientCredentials
    {
        /// <inheritdoc />
        public override string? Claimed => ClientId ?? (Jwt is not null && JsonClaims.TryGetString(Jwt.Payload, ClaimNames.Issuer, out var iss) ? iss : null);
    }

    /// <summary><c>tls_client_auth</c> (RFC 8705 §2.1).</summary>
    public sealed record Certificate(string ClientId, X509Certificate2 Value) : ClientCredentials
    {
        /// <inheritdoc />
        public override string Claimed => ClientId;
    }

    /// <summary>Reads them. What a request has of two methods is refused, whether or not either would do.</summary>
    /// <param name="form">The parameters.</param>
    /// <param name="authorization">The values of the Authorization header.</param>
    /// <param name="certificate">The client's certificate of the TLS connection; null when there is none. Alone among the methods it may accompany another, and is then of no account.</param>
    public static Checked<ClientCredentials> Read(ExchangeForm form, IReadOnlyList<string?> authorization, X509Certificate2? certificate)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(authorization);
        foreach (var name in (string[])["client_id", "client_secret", "client_assertion", "client_assertion_type"])
        {
            if (form.Values(name).Count > 1)
            {
                return new Refusal(RefusalReason.MalformedRequest, $"{name} appears more than once");
            }
        }

        var (clientId, secret, assertion, assertionType) = (form.Value("client_id"), form.Value("client_secret"), form.Value("client_assertion"), form.Value("client_assertion_type"));
        var methods = (authorization.Count > 0 ? 1 : 0) + (secret is null ? 0 : 1) + (assertion is null && assertionType is null ? 0 : 1);
        if (methods > 1 || authorization.Count > 1)
        {
            return new Refusal(RefusalReason.MalformedRequest, "more than one client authentication method");
        }

        if (authorization is [var header])
        {
            return !TryReadBasic(header, out var basic) ? Failed("the Authorization header is not readable as Basic")
                : clientId is not null && !string.Equals(clientId, basic.ClientId, StringComparison.Ordinal) ? Failed("client_id names another client than the Authorization header")
                : basic;
        }

        if (assertion is not null || assertionType is not null)
        {
            return assertion is null || !string.Equals(assertionType, TokenTypes.ClientAssertion, StringComparison.Ordinal)
                ? Failed("client_assertion and client_assertion_type do not go together")
                : new Assertion(CompactJwt.TryParse(assertion, out var jwt) ? jwt : null, clientId);
        }

        return clientId is null ? Failed("no credentials")
            : secret is not null ? new Secret(clientId, secret)
            : certificate is not null ? new Certificate(clientId, certificate)
            : Failed("no credentials");
    }

    private static Refusal Failed(string detail) => new(RefusalReason.ClientAuthenticationFailed, detail);

    // RFC 6749 §2.3.1: both parts are form-urlencoded, then joined and base64-encoded (RFC 7617 §2).
    private static bool TryReadBasic(string? header, [NotNullWhen(true)] out Secret? credentials)
    {
        credentials = null;
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(Convert.FromBase64String(header[scheme.Length..].Trim(' ')));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }

        if (text.Split(':', 2) is not [{ Length: > 0 } id, { Length: > 0 } secret])
        {
            return false;
        }

        credentials = new Secret(Decode(id), Decode(secret));
        return true;

        static string Decode(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
    }
}
