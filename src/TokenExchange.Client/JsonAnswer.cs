using System.Text.Json;

namespace TokenExchange.Client;

/// <summary>Reads the JSON a server answers: an object, no member twice.</summary>
internal static class JsonAnswer
{
    private const int MaxText = 1_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <exception cref="TokenExchangeException">The body is no JSON object.</exception>
    public static JsonDocument Parse(Backchannel.Answer answer) =>
        TryParse(answer) ?? throw answer.Unusable($"answered {(int)answer.StatusCode} with a body that is not a JSON object.");

    public static JsonDocument? TryParse(Backchannel.Answer answer)
    {
        try
        {
            var json = JsonDocument.Parse(answer.Body, Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member that is a string and not empty; null when it is absent or anything else.</summary>
    public static string? FindString(JsonDocument json, string name)
    {
        try
        {
            return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // JSON can spell half of a surrogate pair, which is in no string.
            return null;
        }
    }

    /// <summary>Text from the wire made fit for a log line: no control characters, at most 1,000 characters.</summary>
    public static string? Plain(string? text) =>
        text is null ? null : string.Concat(text.Take(MaxText).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
