using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Tests.Fixtures;

/// <summary>A key pair that signs JWTs, byte for byte as a test wants them.</summary>
public sealed class TestKey
{
    private readonly ECDsa _key;

    public TestKey(string keyId, ECDsa? key = null) => (KeyId, _key) = (keyId, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string KeyId { get; }

    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public JsonElement Jwks => JsonSerializer.SerializeToElement(new JsonObject { ["keys"] = new JsonArray(Jwk(withPrivate: false)) });

    public JsonObject Jwk(bool withPrivate)
    {
        var p = _key.ExportParameters(includePrivateParameters: true);
        var jwk = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = KeyId,
            ["x"] = Base64UrlEncoder.Encode(p.Q.X), ["y"] = Base64UrlEncoder.Encode(p.Q.Y),
        };
        if (withPrivate)
        {
            jwk["d"] = Base64UrlEncoder.Encode(p.D);
        }

        return jwk;
    }

    public string Sign(JsonObject payload, Action<JsonObject>? header = null)
    {
        var h = new JsonObject { ["alg"] = "ES256", ["kid"] = KeyId, ["typ"] = "JWT" };
        header?.Invoke(h);
        return Sign(h.ToJsonString(), payload.ToJsonString());
    }

    public string Sign(string header, string payload) => SignParts(Base64UrlEncoder.Encode(header), Base64UrlEncoder.Encode(payload));

    public string SignParts(string header, string payload) => $"{header}.{payload}.{Base64UrlEncoder.Encode(SignatureOf($"{header}.{payload}"))}";

    public byte[] SignatureOf(string input, DSASignatureFormat format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation) =>
        _key.SignData(Encoding.UTF8.GetBytes(input), HashAlgorithmName.SHA256, format);
}

/// <summary>Reads JWTs without judging them.</summary>
public static class Jwt
{
    public static JsonObject Header(string jwt) => Part(jwt, 0);

    public static JsonObject Payload(string jwt) => Part(jwt, 1);

    private static JsonObject Part(string jwt, int index) => JsonNode.Parse(Base64UrlEncoder.Decode(jwt.Split('.')[index]))!.AsObject();
}
