using System.Text.Json;

namespace TokenExchange.Core.Tests;

/// <summary>JSON as it arrives: text turned into an element.</summary>
internal static class Json
{
    public static JsonElement Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
