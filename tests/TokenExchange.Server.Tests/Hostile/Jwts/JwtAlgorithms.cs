using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>The algorithm is not the signer's to choose (RFC 8725 §3.1, §3.2).</summary>
internal static class JwtAlgorithms
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private static readonly ECDsa P521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        new("alg none without a signature", Refusals.Form, d => Unsigned(d, "none")),
        .. new[] { "none", "noNE", "None", "NONE" }.Select(alg => JwtCorpus.Header($"alg {alg} over a right signature", Refusals.Algorithm, "alg", alg)),
        .. new[] { "es256", "ES256 ", "ES256K", "ES256K-R", "EdDSA", "Ed25519", "HS256", "ECDSA", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "RSA-OAEP", "ML-DSA-44" }
            .Select(alg => JwtCorpus.Header($"alg '{alg}' over a right signature", Refusals.Algorithm, "alg", alg)),

        new("HS256 with the public key's DER as the secret", Refusals.Algorithm, d => Hmac(d, "HS256", d.Key.PublicKey)),
        new("HS256 with the public key's PEM as the secret", Refusals.Algorithm, d => Hmac(d, "HS256", Encoding.ASCII.GetBytes(Pem(d)))),
        new("HS256 with the public key's PEM and a line break as the secret", Refusals.Algorithm, d => Hmac(d, "HS256", Encoding.ASCII.GetBytes(Pem(d) + "\n"))),
        new("HS256 with the public key's JWK as the secret", Refusals.Algorithm, d => Hmac(d, "HS256", Encoding.UTF8.GetBytes(d.Key.Jwk(withPrivate: false).ToJsonString()))),
        new("HS256 with the key set as the secret", Refusals.Algorithm, d => Hmac(d, "HS256", Encoding.UTF8.GetBytes(d.Key.Jwks.GetRawText()))),
        new("HS256 with an empty secret", Refusals.Algorithm, d => Hmac(d, "HS256", [])),
        new("HS384 with the public key's DER as the secret", Refusals.Algorithm, d => Hmac(d, "HS384", d.Key.PublicKey)),
        new("HS512 with the public key's DER as the secret", Refusals.Algorithm, d => Hmac(d, "HS512", d.Key.PublicKey)),

        new("RS256 by a stranger", Refusals.Algorithm, d => d.SignedBy(Rsa, "RS256")),
        new("PS256 by a stranger", Refusals.Algorithm, d => d.SignedBy(Rsa, "PS256")),
        new("ES384 by a stranger", Refusals.Algorithm, d => d.SignedBy(P384, "ES384")),
        new("ES512 by a stranger", Refusals.Algorithm, d => d.SignedBy(P521, "ES512")),
        new("ES256 over a key of the curve P-384", Refusals.Signature, d => d.SignedBy(P384, "ES256")),
        new("ES256 over a key of the curve P-521", Refusals.Signature, d => d.SignedBy(P521, "ES256")),

        JwtCorpus.Header("alg is missing", Refusals.Form, h => h.Remove("alg")),
        JwtCorpus.Header("alg is empty", Refusals.Form, "alg", ""),
        JwtCorpus.Header("alg is null", Refusals.Form, "alg", null),
        JwtCorpus.Header("alg is a number", Refusals.Form, "alg", 256),
        JwtCorpus.Header("alg is an array", Refusals.Form, "alg", new JsonArray("ES256")),
        JwtCorpus.Header("alg is an object", Refusals.Form, "alg", new JsonObject { ["name"] = "ES256" }),
        JwtCorpus.Header("alg holds a line break", Refusals.Form, "alg", "ES256\n"),
        JwtCorpus.Header("alg of key encryption and a huge p2c in three segments", Refusals.Algorithm, h =>
        {
            h["alg"] = "PBES2-HS256+A128KW";
            h["p2s"] = "c2FsdHNhbHQ";
            h["p2c"] = int.MaxValue;
        }),
    ];

    public static string Unsigned(Draft draft, string algorithm)
    {
        draft.Header["alg"] = algorithm;
        return draft.With([]);
    }

    private static string Pem(Draft draft) => PemEncoding.WriteString("PUBLIC KEY", draft.Key.PublicKey);

    private static string Hmac(Draft draft, string algorithm, byte[] secret)
    {
        draft.Header["alg"] = algorithm;
        var input = Encoding.ASCII.GetBytes(draft.Input);
        return draft.With(algorithm switch { "HS256" => HMACSHA256.HashData(secret, input), "HS384" => HMACSHA384.HashData(secret, input), _ => HMACSHA512.HashData(secret, input) });
    }
}
