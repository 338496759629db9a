using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Xml.Linq;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Configuration;

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

                // The exporter says "anything" of a member that holds JSON: those are key sets.
                var described = node as JsonObject ?? new JsonObject { ["type"] = new JsonArray("object", "null") };
                described.Insert(0, "description", summaries.Of(property));
                described.Remove("$comment");
                return described;
            },
        }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Configuration of a TokenExchange server");
        return schema.ToJsonString(Written).ReplaceLineEndings("\n") + "\n";
    }
}
