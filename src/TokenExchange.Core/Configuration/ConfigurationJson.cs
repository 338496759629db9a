using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TokenExchange.Core.Configuration;

/// <summary>How configuration is written as JSON: camelCase, unknown and repeated members refused, durations <c>hh:mm:ss</c>.</summary>
public static class ConfigurationJson
{
    /// <summary>For files people read and write.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>For columns and hashes.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 32,
            WriteIndented = indented,
            Converters = { new DurationConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
