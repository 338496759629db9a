using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Policies;

/// <summary>
/// What a relying app needs of the configuration to judge tokens itself: the slice of one resource. The same type writes it at the server and reads it in the
/// relying app, strictly: a member that the reader does not know may be a limit, so such a bundle is not read at all.
/// </summary>
public sealed record PolicyBundle
{
    /// <summary>The <c>typ</c> header of a signed bundle.</summary>
    public const string JwtType = "policy-bundle+jwt";

    /// <summary>The claim that holds a bundle.</summary>
    public const string Claim = "bundle";

    /// <summary>Version of the published policy set it was cut from.</summary>
    public long PolicySetVersion { get; init; }

    /// <summary>The purposes its policies belong to, in order.</summary>
    public IReadOnlyList<PurposeDefinition> Purposes { get; init; } = [];

    /// <summary>The policies at the resource, in order.</summary>
    public IReadOnlyList<PolicyDefinition> Policies { get; init; } = [];

    /// <summary>The agents that can act and that one of the policies selects, in order.</summary>
    public IReadOnlyList<BundledAgent> Agents { get; init; } = [];

    /// <summary>The enabled trusted issuers, in order: the users of others cannot be acted for.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>The scopes of the resource, as users read them.</summary>
    public IReadOnlyList<ScopeDefinition> Scopes { get; init; } = [];

    /// <summary>As it stands in the claim.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, ConfigurationJson.Compact)!.AsObject();

    /// <summary>Reads one; false when it is not of the form this reader knows.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out PolicyBundle? bundle)
    {
        try
        {
            bundle = json.Deserialize<PolicyBundle>(ConfigurationJson.Compact);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            bundle = null;
        }

        return bundle is not null;
    }
}

/// <summary>What a relying app must know of an agent to find the policies that select it.</summary>
public sealed record BundledAgent
{
    /// <summary>The client id.</summary>
    public string ClientId { get; init; } = string.Empty;

    /// <summary><c>ai_agent</c> or <c>service</c>.</summary>
    public string Kind { get; init; } = string.Empty;

    /// <summary>Labels that policies can select by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
