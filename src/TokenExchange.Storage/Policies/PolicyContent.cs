using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Storage.Policies;

/// <summary>How purposes and policies stand in one column.</summary>
internal static class PolicyContent
{
    public static string Write(IReadOnlyList<PurposeDefinition> purposes, IReadOnlyList<PolicyDefinition> policies) =>
        JsonSerializer.Serialize(new ExchangeConfiguration { Purposes = purposes, Policies = policies }, ConfigurationJson.Compact);

    public static (IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies) Read(string json) =>
        JsonSerializer.Deserialize<ExchangeConfiguration>(json, ConfigurationJson.Compact) is { } content ? (content.Purposes ?? [], content.Policies ?? []) : ([], []);
}
