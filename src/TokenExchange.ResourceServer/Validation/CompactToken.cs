using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// Reads the two JSON parts of a compact JWS strictly. Two readers of one token must never see two different things, so a member named twice,
/// invalid UTF-8 and anything that is not base64url is refused (RFC 8725 §3.2, RFC 7515 §4) instead of being interpreted.
/// </summary>
internal static class CompactToken
{
    /// <summary>The longest token read, in characters: 16 KiB, twice what servers commonly allow for all header fields.</summary>
    public const int MaxLength = 16 * 1024;

    // Claims nest as deep as the act chain, which has its own limit, plus a little for what a server may add.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = ActChain.MaxDepth + 6 };

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // RFC 9068 §4 has a resource server accept both spellings.
    internal static readonly string[] Types = [TokenTypes.AccessTokenHeader, "application/" + TokenTypes.AccessTokenHeader];

    /// <summary>
    /// Looks at size, shape and header before anything is fetched or computed for the token, and yields the id of the key it names.
    /// Returns null when nothing speaks against it so far.
    /// </summary>
    public static TokenRefusal? Inspect(string token, IReadOnlyCollection<string> algorithms, out string keyId)
    {
        keyId = string.Empty;
        if (token.Length > MaxLength)
        {
            return TokenRefusal.TooLarge;
        }

        // Two dots are a JWS; four would be a JWE, which the server never issues.
        if (token.AsSpan().ContainsAnyExcept(Alphabet) || token.AsSpan().Count('.') != 2)
        {
            return TokenRefusal.Malformed;
        }

        if (!TryParse(token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal)), out var document))
        {
            return TokenRefusal.NotStrictJson;
        }

        using (document)
        {
            var header = document.RootElement;
            if (header.ValueKind != JsonValueKind.Object)
            {
                return TokenRefusal.Malformed;
            }

            // RFC 7515 §4.1.11: an extension that is not understood makes the token invalid, and none is understood here.
            if (header.TryGetProperty("crit", out _))
            {
                return TokenRefusal.CriticalHeader;
            }

            if (!Is(header, "typ", Types))
            {
                return TokenRefusal.WrongType;
            }

            if (!Is(header, "alg", algorithms))
            {
                return TokenRefusal.WrongAlgorithm;
            }

            if (!JsonClaims.TryGetString(header, "kid", out var kid))
            {
                return TokenRefusal.UnknownKey;
            }

            keyId = kid;
            return null;
        }
    }

    /// <summary>Reads one base64url part as JSON; false when it is not strict JSON. The caller disposes of the document.</summary>
    public static bool TryParse(ReadOnlySpan<char> part, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Base64Url.IsValid(part))
        {
            return false;
        }

        var json = Base64Url.DecodeFromChars(part);
        try
        {
            // The parser looks at the bytes of a string only when it is asked for, which would be too late.
            document = Utf8.IsValid(json) ? JsonDocument.Parse(json, Strict) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        return document is not null;
    }

    private static bool Is(JsonElement header, string name, IReadOnlyCollection<string> accepted) =>
        JsonClaims.TryGetString(header, name, out var value) && accepted.Contains(value, StringComparer.Ordinal);
}
