using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Xml.Linq;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>Writes docs/exchange.schema.json: what an editor needs to complete and check a configuration file while it is written.</summary>
internal static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema, with the meaning of every member out of the compiler's documentation file of TokenExchange.Core.</summary>
    public static string Write(XDocument documentation)
    {
        var summaries = new Summaries(documentation);
        var schema = ConfigurationJson.Compact.GetJsonSchemaAsNode(typeof(ExchangeConfiguration), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                if (context.PropertyInfo?.AttributeProvider is not PropertyInfo property)
                {
                    return node;
                }

                var described = node as JsonObject ?? Unseen(property.PropertyType);
                described.Insert(0, "description", summaries.Of(property));
                return described;
            },
        }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Configuration of a TokenExchange server");
        return schema.ToJsonString(Written).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>What the exporter, which sees into no converter, takes for anything.</summary>
    private static JsonObject Unseen(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(JsonElement) => new JsonObject { ["type"] = new JsonArray("object", "null") },
        var t when t == typeof(TimeSpan) => new JsonObject { ["type"] = t == type ? "string" : new JsonArray("string", "null"), ["pattern"] = @"^(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{7})?$" },
        _ => throw new NotSupportedException($"Say how {type} is written."),
    };
}
