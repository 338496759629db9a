using System.Text.Json;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Events;

/// <summary>What a receiver sent that cannot be read, in words for its developer.</summary>
internal sealed class SsfInputException(string message) : Exception(message);

/// <summary>
/// Reads what receivers send. Unlike elsewhere in this server, members nobody knows are passed over: a receiver sends back what it was given, and the
/// standards let others add to it (SSF 1.0 §8.1.1).
/// </summary>
internal static class SsfJson
{
    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The body, which must be a JSON object; an empty one counts as an object without members where that is allowed.</summary>
    /// <exception cref="SsfInputException">It is not.</exception>
    public static async Task<JsonElement> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new SsfInputException("Send a JSON object as application/json.");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, s_strict, http.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new SsfInputException("Send a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new SsfInputException("The body is not JSON, or names a member twice.");
        }
    }

    /// <summary>A member; null when it is absent or null.</summary>
    public static JsonElement? Find(this JsonElement json, string name) => json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>A text of so many characters that people can see; null when it is absent.</summary>
    public static string? Text(this JsonElement json, string name, int atMost)
    {
        if (json.Find(name) is not { } found)
        {
            return null;
        }

        return TryText(found, out var text) && text.Length is > 0 && text.Length <= atMost && text.EnumerateRunes().All(JsonClaims.IsVisible)
            ? text : throw new SsfInputException($"{name}: write a text in one line, at most {atMost} characters.");
    }

    /// <summary>A list of texts without spaces; null when it is absent.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement json, string name, int atMost, int longest)
    {
        if (json.Find(name) is not { } found)
        {
            return null;
        }

        if (found.ValueKind == JsonValueKind.Array && found.GetArrayLength() <= atMost)
        {
            var texts = found.EnumerateArray().Select(e => TryText(e, out var text) && text.Length > 0 && text.Length <= longest && text.All(c => c is > ' ' and < '\x7F') ? text : null).ToList();
            if (!texts.Contains(null))
            {
                return texts!;
            }
        }

        throw new SsfInputException($"{name}: write an array of at most {atMost} texts without spaces, each of at most {longest} characters.");
    }

    // A text can spell half of a surrogate pair; no string can hold one.
    private static bool TryText(JsonElement json, out string text)
    {
        text = string.Empty;
        try
        {
            if (json.ValueKind == JsonValueKind.String)
            {
                text = json.GetString()!;
                return true;
            }
        }
        catch (InvalidOperationException)
        {
            // Answered below.
        }

        return false;
    }
}
