using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Assertions;

/// <summary>The public signature keys of one party (RFC 7517 §5). Keys meant for encryption and symmetric keys are left out.</summary>
public sealed class KeySet
{
    private const int MaxKeys = 64;

    private readonly List<JsonWebKey> _keys;

    private KeySet(List<JsonWebKey> keys) => _keys = keys;

    /// <summary>Reads a key set; false with a sentence when it is not one or holds a private key.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out KeySet? set, [NotNullWhen(false)] out string? problem)
    {
        set = null;
        problem = null;
        JsonWebKeySet parsed;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            {
                problem = "it is not a JSON object with an array \"keys\"";
                return false;
            }

            parsed = JsonWebKeySet.Create(json);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            problem = "it is not a JSON Web Key Set";
            return false;
        }

        if (parsed.Keys.Count > MaxKeys)
        {
            problem = $"it holds more than {MaxKeys} keys";
        }
        else if (parsed.Keys.Any(k => k.HasPrivateKey))
        {
            problem = "it holds a private key";
        }
        else
        {
            set = new KeySet([.. parsed.Keys.Where(k => k.Kty is JsonWebAlgorithmsKeyTypes.EllipticCurve or JsonWebAlgorithmsKeyTypes.RSA && k.Use is null or "" or "sig")]);
        }

        return set is not null;
    }

    /// <summary>The keys a token may have been signed with: those of its <c>kid</c>, or without one all.</summary>
    public IReadOnlyList<SecurityKey> For(string? keyId) =>
        keyId is null ? _keys : _keys.FindAll(k => string.IsNullOrEmpty(k.Kid) || string.Equals(k.Kid, keyId, StringComparison.Ordinal));

    /// <summary>The keys as administrators are shown them.</summary>
    public IReadOnlyList<KeyInfo> Describe() => _keys.ConvertAll(k => new KeyInfo(
        string.IsNullOrEmpty(k.Kid) ? null : k.Kid,
        k.Kty == JsonWebAlgorithmsKeyTypes.RSA ? $"RSA {k.KeySize}" : $"EC {k.Crv}",
        string.IsNullOrEmpty(k.Alg) ? null : k.Alg));

    /// <summary>Whether the set holds any signature key.</summary>
    public bool IsEmpty => _keys.Count == 0;
}
