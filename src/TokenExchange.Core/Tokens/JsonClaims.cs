using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TokenExchange.Core.Tokens;

/// <summary>Reads claims out of a JSON object without guessing: a claim of another type than expected is a failure, not an absence.</summary>
public static class JsonClaims
{
    /// <summary>The longest identifier accepted in a claim, in characters.</summary>
    public const int MaxIdentifierLength = 255;

    // 9999-12-31T23:59:59Z, the last second a DateTimeOffset can hold.
    private const long MaxSeconds = 253402300799;

    /// <summary>A string claim that must be there, 1 to <see cref="MaxIdentifierLength"/> characters, nothing that cannot be seen.</summary>
    public static bool TryGetString(JsonElement json, string name, [NotNullWhen(true)] out string? value) =>
        TryGetOptionalString(json, name, out value) && value is not null;

    /// <summary>A string claim that may be absent (then null); false when it is there and not a usable string.</summary>
    public static bool TryGetOptionalString(JsonElement json, string name, out string? value)
    {
        value = null;
        if (!TryFind(json, name, out var found))
        {
            return false;
        }

        if (found is not { } element)
        {
            return true;
        }

        return TryGetText(element, out value) && IsIdentifier(value);
    }

    /// <summary>Whether a text is 1 to <see cref="MaxIdentifierLength"/> characters that people can see: two identifiers that look alike are then mostly the same.</summary>
    public static bool IsIdentifier(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxIdentifierLength && text.EnumerateRunes().All(IsVisible);
    }

    /// <summary>Whether a character can be seen: no control or format character (such as those that turn the direction of writing), no separator of lines.</summary>
    public static bool IsVisible(Rune character) =>
        Rune.GetUnicodeCategory(character) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>A NumericDate (RFC 7519 §2) that must be there; fractions are refused, as are instants outside the years 1970 to 9999.</summary>
    public static bool TryGetInstant(JsonElement json, string name, out DateTimeOffset value)
    {
        var ok = TryGetOptionalInstant(json, name, out var instant);
        value = instant ?? default;
        return ok && instant is not null;
    }

    /// <summary>A NumericDate that may be absent (then null).</summary>
    public static bool TryGetOptionalInstant(JsonElement json, string name, out DateTimeOffset? value)
    {
        value = null;
        if (!TryFind(json, name, out var found))
        {
            return false;
        }

        if (found is not { } element)
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var seconds) || seconds is < 0 or > MaxSeconds)
        {
            return false;
        }

        value = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    /// <summary>A claim that is one string or an array of strings; absent gives an empty list.</summary>
    public static bool TryGetStrings(JsonElement json, string name, out IReadOnlyList<string> values)
    {
        values = [];
        if (!TryFind(json, name, out var found))
        {
            return false;
        }

        if (found is not { } element)
        {
            return true;
        }

        var list = new List<string>();
        foreach (var entry in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().ToArray() : [element])
        {
            if (!TryGetText(entry, out var text) || text.Length == 0)
            {
                return false;
            }

            list.Add(text);
        }

        values = list;
        return true;
    }

    /// <summary>Whether every name and string in it can be read; an escaped half of a surrogate pair parses, but throws when it is read.</summary>
    public static bool IsReadable(JsonElement json)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.Object => json.EnumerateObject().All(p => p.Name is not null && IsReadable(p.Value)),
                JsonValueKind.Array => json.EnumerateArray().All(IsReadable),
                JsonValueKind.String => json.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Looks for a member, null when there is none. False when that cannot be said: to look for one name is to read others, and those may be unreadable.</summary>
    internal static bool TryFind(JsonElement json, string name, out JsonElement? member)
    {
        member = null;
        try
        {
            member = json.TryGetProperty(name, out var found) ? found : null;
            return true;
        }
        catch (InvalidOperationException) when (json.ValueKind == JsonValueKind.Object)
        {
            return false;
        }
    }

    /// <summary>The text of a JSON string; false when it is none, or holds lone surrogates or bytes that are not UTF-8: JSON text can carry those, a string cannot.</summary>
    internal static bool TryGetText(JsonElement element, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            text = null;
        }

        return text is not null;
    }
}
