using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>The key is the one the verifier knows, however the JWT names it or brings it along (RFC 8725 §3.10).</summary>
internal static class JwtKeys
{
    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        Brought("jwk of a stranger under the known kid", Refusals.Signature, known: true, (h, _) => h["jwk"] = Draft.Stranger.Jwk(withPrivate: false)),
        Brought("jwk of a stranger under its own kid", Refusals.Key, known: false, (h, _) => h["jwk"] = Draft.Stranger.Jwk(withPrivate: false)),
        Brought("jku of a stranger under the known kid", Refusals.Signature, known: true, (h, trap) => h["jku"] = trap + "/jwks"),
        Brought("jku of a stranger under its own kid", Refusals.Key, known: false, (h, trap) => h["jku"] = trap + "/jwks"),
        Brought("x5u of a stranger under the known kid", Refusals.Signature, known: true, (h, trap) => h["x5u"] = trap + "/certificate"),
        Brought("x5u of a stranger under its own kid", Refusals.Key, known: false, (h, trap) => h["x5u"] = trap + "/certificate"),
        Brought("x5c of a stranger under the known kid", Refusals.Signature, known: true, (h, _) => h["x5c"] = new JsonArray(Certificate())),
        Brought("x5c of a stranger under its own kid", Refusals.Key, known: false, (h, _) => h["x5c"] = new JsonArray(Certificate())),
        Brought("x5t of a stranger under its own kid", Refusals.Key, known: false, (h, _) => h["x5t#S256"] = "c3RyYW5nZXI"),
        Brought("a stranger under the known kid", Refusals.Signature, known: true, (_, _) => { }),
        Brought("a stranger under its own kid", Refusals.Key, known: false, (_, _) => { }),

        new("another believed key under its own kid", Refusals.Key, d =>
        {
            d.Header["kid"] = d.Other.KeyId;
            return d.Other.Sign(d.HeaderText, d.PayloadText);
        }),
        new("another believed key under the right kid", Refusals.Signature, d => d.Other.Sign(d.HeaderText, d.PayloadText)),
        JwtCorpus.Payload("the right key under another believed kid", Refusals.Key, d => d.Header["kid"] = d.Other.KeyId),

        .. new[]
        {
            "../../../../../../dev/null", "..\\..\\windows\\win.ini", "/proc/self/environ", "file:///dev/null", "http://127.0.0.1/jwks", "' OR 1=1 --", "x' UNION SELECT 'AAAA", "$(id)", "${jndi:ldap://127.0.0.1/a}",
            "*", "%", "%00", "{{7*7}}", "unknown", "__proto__",
        }.Select(kid => JwtCorpus.Header($"kid is {kid}", Refusals.Key, "kid", kid)),
        JwtCorpus.Header("kid in other case", Refusals.Key, h => h["kid"] = OtherCase((string)h["kid"]!)),
        JwtCorpus.Header("kid with a space behind it", Refusals.Key, h => h["kid"] = (string)h["kid"]! + " "),
        JwtCorpus.Header("kid with a line break", Refusals.Form, h => h["kid"] = (string)h["kid"]! + "\r\nX-Injected: 1"),
        JwtCorpus.Header("kid with NUL", Refusals.Form, h => h["kid"] = (string)h["kid"]! + "\0"),
        JwtCorpus.Header("kid is empty", Refusals.Form, "kid", ""),
        JwtCorpus.Header("kid is null", Refusals.Form, "kid", null),
        JwtCorpus.Header("kid is a number", Refusals.Form, "kid", 1),
        JwtCorpus.Header("kid is an array", Refusals.Form, h => h["kid"] = new JsonArray((string)h["kid"]!)),
        JwtCorpus.Header("kid is 300 characters long", Refusals.Form, "kid", new string('k', 300)),

        // Those with few keys try them all; this server's tokens always name theirs.
        JwtCorpus.Header("kid is missing", new Refusals(null, "subject_token_signature", false, Refusals.Key.App), h => h.Remove("kid")),
    ];

    private static BadJwt Brought(string name, Refusals refusals, bool known, Action<JsonObject, string> bring) => new(name, refusals, d =>
    {
        bring(d.Header, d.Trap);
        if (!known)
        {
            d.Header["kid"] = Draft.Stranger.KeyId;
        }

        return Draft.Stranger.Sign(d.HeaderText, d.PayloadText);
    });

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return Convert.ToBase64String(certificate.RawData);
    }

    private static string OtherCase(string text) => string.Concat(text.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
}
