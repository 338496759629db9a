using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>The parties that policies name, as they are configured now. What is not configured (any more) is called as it is written.</summary>
public sealed class PartyNames
{
    private readonly Dictionary<string, ResourceDefinition> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClientDefinition> _agents = new(StringComparer.Ordinal);

    /// <summary>Indexes a configuration.</summary>
    public PartyNames(ExchangeConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Resources = [.. (configuration.Resources ?? []).OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.Resource, StringComparer.Ordinal)];
        Agents = [.. (configuration.Clients ?? []).Where(c => ClientKind.IsAgent(c.Kind)).OrderBy(c => c.ClientId, StringComparer.Ordinal)];
        Issuers = [.. (configuration.Issuers ?? []).OrderBy(i => i.Issuer, StringComparer.Ordinal)];
        foreach (var resource in Resources)
        {
            _resources.TryAdd(KeyOf(resource.Resource), resource);
        }

        foreach (var agent in Agents)
        {
            _agents.TryAdd(agent.ClientId, agent);
        }
    }

    /// <summary>All resources, by name.</summary>
    public IReadOnlyList<ResourceDefinition> Resources { get; }

    /// <summary>All clients that may act, by id.</summary>
    public IReadOnlyList<ClientDefinition> Agents { get; }

    /// <summary>All trusted issuers, by their <c>iss</c>.</summary>
    public IReadOnlyList<IssuerDefinition> Issuers { get; }

    /// <summary>The resource of a URI, with or without trailing slash, or null.</summary>
    public ResourceDefinition? Resource(string? uri) => uri is null ? null : _resources.GetValueOrDefault(KeyOf(uri));

    /// <summary>What a resource is called.</summary>
    public string ResourceName(string uri) => Resource(uri) is { } found ? found.Name : uri.Length == 0 ? "no resource" : uri;

    /// <summary>A scope of a resource, or null.</summary>
    public ScopeDefinition? Scope(string? resource, string scope) => Resource(resource)?.Scopes.FirstOrDefault(s => s.Name == scope);

    /// <summary>The agent of an id, or null.</summary>
    public ClientDefinition? Agent(string id) => _agents.GetValueOrDefault(id);

    private static string KeyOf(string uri) => ResourceIndicator.TryParse(uri, out var indicator) ? indicator.Key : uri;
}
