using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web;

/// <summary>Key sets that are pasted into a field.</summary>
internal static class FormKeys
{
    private static readonly string[] s_private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>As a field shows it.</summary>
    public static string? Of(JsonElement? jwks) => jwks is { } json ? JsonSerializer.Serialize(json, ConfigurationJson.Indented) : null;

    /// <summary>The key set; null with the problem when it is none. What it must hold beyond that the configuration says.</summary>
    /// <param name="text">What was pasted.</param>
    /// <param name="problem">What to write instead; null when it could be read.</param>
    /// <param name="isSecret">Whether a private key was pasted: nobody is to be shown it again.</param>
    public static JsonElement? Read(string? text, out string? problem, out bool isSecret)
    {
        (problem, isSecret) = (null, false);
        if (FormText.Of(text) is not { } written)
        {
            problem = "paste a JSON Web Key Set: { \"keys\": [ … ] }";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(written, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (HoldsPrivateKey(document.RootElement))
            {
                (problem, isSecret) = ("it held a private key and was not kept. Paste public keys only, and make a new pair: that one has left its place", true);
                return null;
            }

            // Text that can be read can still hold escapes that no text can be written with.
            return JsonSerializer.SerializeToElement(document.RootElement, ConfigurationJson.Compact);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            problem = "it is not a JSON Web Key Set: { \"keys\": [ … ] }";
            return null;
        }
    }

    /// <summary>Where none is wanted.</summary>
    public static JsonElement? None(out string? problem)
    {
        problem = null;
        return null;
    }

    private static bool HoldsPrivateKey(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(p => s_private.Contains(p.Name, StringComparer.Ordinal) || HoldsPrivateKey(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(HoldsPrivateKey),
        _ => false,
    };
}
