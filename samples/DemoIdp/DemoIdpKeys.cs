using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace DemoIdp;

/// <summary>One ES256 key, made when the program starts and forgotten when it ends.</summary>
public sealed class DemoIdpKeys : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes the key; its id is its thumbprint (RFC 7638).</summary>
    public DemoIdpKeys()
    {
        var key = new ECDsaSecurityKey(_key);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        Credentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>Signs assertions.</summary>
    public SigningCredentials Credentials { get; }

    /// <summary>The public half as a JWK set (RFC 7517 §5).</summary>
    public JsonObject ToJwks()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64UrlEncoder.Encode(point.X),
                ["y"] = Base64UrlEncoder.Encode(point.Y),
                ["kid"] = Credentials.Key.KeyId,
                ["use"] = "sig",
                ["alg"] = SecurityAlgorithms.EcdsaSha256,
            }),
        };
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}
