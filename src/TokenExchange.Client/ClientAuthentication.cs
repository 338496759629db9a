using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Client;

/// <summary>How the agent proves who it is at the token endpoint: one method, chosen by the options.</summary>
internal abstract class ClientAuthentication
{
    /// <summary>Adds the proof to the request's headers or fields.</summary>
    public abstract void Apply(HttpRequestHeaders headers, List<KeyValuePair<string, string>> fields);

    public static ClientAuthentication From(TokenExchangeClientOptions options, TimeProvider time) =>
        options.ClientKey is { Length: > 0 } key ? new PrivateKeyJwt(options, ReadKey(key)!, time) : new SecretBasic(options);

    /// <summary>The key, or null when it is not a private EC key on P-256 as JWK. The reason is not told: it might quote the key.</summary>
    public static JsonWebKey? ReadKey(string json)
    {
        try
        {
            var key = new JsonWebKey(json);
            if (!key.HasPrivateKey || key is not { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256 } || key.Alg is not (null or SecurityAlgorithms.EcdsaSha256))
            {
                return null;
            }

            // Importing is the check that x, y and d belong together.
            using var check = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
                D = Base64UrlEncoder.DecodeBytes(key.D),
            });
            return key;
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>RFC 6749 §2.3.1: id and secret are form-encoded first, then joined and written as HTTP Basic.</summary>
    private sealed class SecretBasic(TokenExchangeClientOptions options) : ClientAuthentication
    {
        private readonly string _credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Encode(options.ClientId)}:{Encode(options.ClientSecret!)}"));

        public override void Apply(HttpRequestHeaders headers, List<KeyValuePair<string, string>> fields) =>
            headers.Authorization = new("Basic", _credentials);

        private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
    }

    /// <summary>RFC 7523 §2.2 with the explicit type and the issuer as the one audience that its successor (rfc7523bis §4) asks for.</summary>
    private sealed class PrivateKeyJwt(TokenExchangeClientOptions options, JsonWebKey key, TimeProvider time) : ClientAuthentication
    {
        private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

        private readonly JsonWebTokenHandler _writer = new() { SetDefaultTimesOnTokenCreation = false };
        private readonly SigningCredentials _credentials = new(key, SecurityAlgorithms.EcdsaSha256);

        public override void Apply(HttpRequestHeaders headers, List<KeyValuePair<string, string>> fields)
        {
            var now = time.GetUtcNow().UtcDateTime;
            fields.Add(new("client_assertion_type", TokenTypes.ClientAssertion));
            fields.Add(new("client_assertion", _writer.CreateToken(new SecurityTokenDescriptor
            {
                TokenType = "client-authentication+jwt",
                Issuer = options.ClientId,
                Audience = options.Authority,
                IssuedAt = now,
                Expires = now + Lifetime,
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [ClaimNames.Subject] = options.ClientId,
                    [ClaimNames.TokenId] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
                },
                SigningCredentials = _credentials,
            })));
        }
    }
}
