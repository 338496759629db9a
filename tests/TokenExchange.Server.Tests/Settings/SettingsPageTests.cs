using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Settings;

/// <summary>What docs/ says about configuration is what the code does. Run with UPDATE_DOCS=1 to write the pages anew.</summary>
public sealed partial class SettingsPageTests
{
    private const string HowToUpdate = "docs/ has drifted from the code; run these tests with UPDATE_DOCS=1 and commit what changes";

    private static XDocument Documentation => XDocument.Load(Path.Combine(AppContext.BaseDirectory, "TokenExchange.Core.xml"));

    private static string Page => File.ReadAllText(Path.Combine(Folders.Docs, "configuration.md"));

    [Fact]
    public void The_tables_of_the_configuration_page_are_those_of_the_code() => IsCurrent("configuration.md", SettingsPage.Fill(Page, Documentation));

    [Fact]
    public void The_json_schema_is_that_of_the_code() => IsCurrent("exchange.schema.json", ConfigurationSchema.Write(Documentation));

    [Fact]
    public void A_table_that_was_edited_by_hand_is_written_anew()
    {
        var edited = Page.Replace("`Exchange:Issuer`", "`Exchange:Name`", StringComparison.Ordinal).Replace("| `jwksUri` |", "| `jwksUrl` |", StringComparison.Ordinal);

        SettingsPage.Fill(edited, Documentation).ShouldContain("| `jwksUri` | text | none |");
        SettingsPage.Fill(edited, Documentation).ShouldContain("| `Exchange:Issuer` |");
    }

    [Fact]
    public void The_schema_refuses_members_that_nobody_knows()
    {
        var objects = ObjectsOf(JsonNode.Parse(ConfigurationSchema.Write(Documentation))!).Where(o => o["properties"] is JsonObject).ToList();

        objects.Count.ShouldBeGreaterThan(10);
        objects.ShouldAllBe(o => o["additionalProperties"] != null && o["additionalProperties"]!.ToJsonString() == "false");
    }

    [Fact]
    public async Task The_example_applies_to_a_fresh_server_and_is_exported_as_it_was_written()
    {
        ConfigurationEditor.TryRead(Example(), out var example, out var problem).ShouldBeTrue(problem);
        await using var server = await RunningServer.StartAsync(new ExchangeConfiguration());

        var outcome = await server.Editor.ApplyAsync(example!, "test", dryRun: false, default);
        var exported = await server.Editor.ExportAsync(default);

        (outcome as ApplyOutcome.Invalid)?.Problems.ShouldBeEmpty();
        ConfigurationDifference.Between(example!, exported).ShouldBeEmpty();
        var text = JsonSerializer.Serialize(exported, ConfigurationJson.Indented);
        ConfigurationEditor.TryRead(text, out var again, out problem).ShouldBeTrue(problem);
        ConfigurationDifference.Between(example!, again!).ShouldBeEmpty();
    }

    private static string Example() => Json().Match(Page).Groups["json"].Value;

    private static void IsCurrent(string file, string expected)
    {
        var path = Path.Combine(Folders.Docs, file);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
        {
            File.WriteAllText(path, expected);
        }

        File.ReadAllText(path).ShouldBe(expected, HowToUpdate);
    }

    private static IEnumerable<JsonObject> ObjectsOf(JsonNode node) => node switch
    {
        JsonObject o => o.Select(m => m.Value).OfType<JsonNode>().SelectMany(ObjectsOf).Prepend(o),
        JsonArray a => a.OfType<JsonNode>().SelectMany(ObjectsOf),
        _ => [],
    };

    [GeneratedRegex("^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Json();
}
