using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// A signed JWT in compact serialization (RFC 7515 §7.1), taken apart strictly and not yet trusted: three base64url segments, header and payload JSON
/// objects in valid UTF-8 without repeated names, no <c>crit</c>, <c>b64</c> or <c>zip</c>. The signature is for a library to verify; what is read
/// from the token is read from here, so that the verifier and the reader cannot disagree about repeated or oddly written members.
/// </summary>
public sealed class CompactJwt
{
    /// <summary>The longest token accepted, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 24 };

    private CompactJwt(string encoded, JsonElement payload, string algorithm, string? keyId, string? type) =>
        (Encoded, Payload, Algorithm, KeyId, Type) = (encoded, payload, algorithm, keyId, type);

    /// <summary>The token as it was presented.</summary>
    public string Encoded { get; }

    /// <summary>The claims; all strings in it can be read.</summary>
    public JsonElement Payload { get; }

    /// <summary>The <c>alg</c> header.</summary>
    public string Algorithm { get; }

    /// <summary>The <c>kid</c> header; null when absent.</summary>
    public string? KeyId { get; }

    /// <summary>The <c>typ</c> header; null when absent.</summary>
    public string? Type { get; }

    /// <summary>Takes a token apart; false when it is not of the strict form, or longer than <see cref="MaxLength"/>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CompactJwt? jwt) => TryParse(text, MaxLength, out jwt);

    /// <summary>Takes a signed document apart that may be longer than a token.</summary>
    public static bool TryParse(string? text, int maxLength, [NotNullWhen(true)] out CompactJwt? jwt)
    {
        jwt = null;
        if (string.IsNullOrEmpty(text) || text.Length > maxLength || text.Split('.') is not [{ Length: > 0 } h, { Length: > 0 } p, { Length: > 0 } s]
            || !IsBase64Url(h) || !IsBase64Url(p) || !IsBase64Url(s)
            || !TryReadObject(h, out var header) || !TryReadObject(p, out var payload)
            || header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _) || header.TryGetProperty("zip", out _)
            || !JsonClaims.TryGetString(header, "alg", out var algorithm)
            || !JsonClaims.TryGetOptionalString(header, "kid", out var keyId)
            || !JsonClaims.TryGetOptionalString(header, "typ", out var type))
        {
            return false;
        }

        jwt = new CompactJwt(text, payload, algorithm, keyId, type);
        return true;
    }

    /// <summary>Whether <c>typ</c> is this media type; the prefix <c>application/</c> and case do not matter (RFC 7515 §4.1.9).</summary>
    public bool IsOfType(string mediaType)
    {
        const string prefix = "application/";
        var type = Type is not null && Type.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? Type[prefix.Length..] : Type;
        return string.Equals(type, mediaType, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBase64Url(string segment) => segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool TryReadObject(string segment, out JsonElement json)
    {
        json = default;
        try
        {
            var bytes = Base64Url.DecodeFromChars(segment);
            if (!Utf8.IsValid(bytes))
            {
                return false;
            }

            using var document = JsonDocument.Parse(bytes, Strict);
            json = document.RootElement.Clone();

            // Found here, once, instead of wherever a claim is looked at.
            return json.ValueKind == JsonValueKind.Object && JsonClaims.IsReadable(json);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
