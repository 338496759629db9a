using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Server.Configuration;

/// <summary>The whole configuration at one version, ready to be looked up. Immutable: one request sees one catalog.</summary>
public sealed class Catalog
{
    private readonly Dictionary<string, IssuerDefinition> _issuers;
    private readonly Dictionary<ResourceIndicator, ResourceDefinition> _resources;
    private readonly Dictionary<string, ClientDefinition> _clients;

    /// <summary>Indexes a stored configuration.</summary>
    public Catalog(StoredConfiguration stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        Version = stored.Version;
        _issuers = stored.Content.Issuers!.ToDictionary(i => i.Issuer, StringComparer.Ordinal);
        _resources = stored.Content.Resources!.ToDictionary(r => ResourceIndicator.Parse(r.Resource));
        _clients = stored.Content.Clients!.ToDictionary(c => c.ClientId, StringComparer.Ordinal);
        Policies = new PolicySet(stored.PolicySetVersion, [.. stored.Content.Purposes!], [.. stored.Content.Policies!]);
    }

    private Catalog(Catalog other, PolicySet policies) =>
        (Version, _issuers, _resources, _clients, Policies) = (other.Version, other._issuers, other._resources, other._clients, policies);

    /// <summary>Grows with every change.</summary>
    public long Version { get; }

    /// <summary>The published policy set.</summary>
    public PolicySet Policies { get; }

    /// <summary>The agents that are enabled, expired or not.</summary>
    public IEnumerable<ClientDefinition> EnabledAgents => _clients.Values.Where(c => c.Enabled && ClientKind.IsAgent(c.Kind));

    /// <summary>All issuers, enabled or not.</summary>
    public IEnumerable<IssuerDefinition> Issuers => _issuers.Values;

    /// <summary>The issuer, if it is enabled.</summary>
    public IssuerDefinition? FindIssuer(string issuer) => _issuers.GetValueOrDefault(issuer) is { Enabled: true } found ? found : null;

    /// <summary>The resource, if it is enabled.</summary>
    public ResourceDefinition? FindResource(ResourceIndicator resource) => _resources.GetValueOrDefault(resource) is { Enabled: true } found ? found : null;

    /// <summary>The enabled resources that a client may speak for.</summary>
    public IReadOnlyList<ResourceDefinition> ResourcesOf(string clientId) => [.. _resources.Values.Where(r => r.Enabled && r.Clients.Contains(clientId, StringComparer.Ordinal))];

    /// <summary>Keys of the resources that a client speaks for, enabled or not: tokens for one that was disabled are still about.</summary>
    public IReadOnlySet<string> AudiencesOf(string clientId) =>
        _resources.Where(r => r.Value.Clients.Contains(clientId, StringComparer.Ordinal)).Select(r => r.Key.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a client is of a kind that may act, usable or not.</summary>
    public bool IsAgent(string clientId) => _clients.GetValueOrDefault(clientId) is { } found && ClientKind.IsAgent(found.Kind);

    /// <summary>The client, if it is enabled and not expired.</summary>
    public ClientDefinition? FindClient(string clientId, DateTimeOffset now) =>
        _clients.GetValueOrDefault(clientId) is { } found && found.IsUsable(now) ? found : null;

    /// <summary>The agent, if it is enabled, not expired, and of a kind that may act.</summary>
    public ClientDefinition? FindAgent(string clientId, DateTimeOffset now) =>
        FindClient(clientId, now) is { } client && ClientKind.IsAgent(client.Kind) ? client : null;

    /// <summary>The same parties under another policy set, to try it.</summary>
    public Catalog With(PolicySet policies) => new(this, policies);

    /// <summary>What people call a client, usable or not; null when there is none of this id.</summary>
    public string? NameOfClient(string clientId) => _clients.GetValueOrDefault(clientId)?.Name;

    /// <summary>Whether a client of this id exists, usable or not.</summary>
    public bool KnowsClient(string clientId) => _clients.ContainsKey(clientId);
}

/// <summary>
/// Hands out the current catalog. Every call asks the database for the version (one read of one row), so a change made on any node holds for the next
/// request on every node; the content is read again only when the version has changed.
/// </summary>
public sealed class CatalogSource(ConfigurationStore store)
{
    private volatile Catalog? _latest;

    /// <summary>The catalog of the version stored now.</summary>
    public async ValueTask<Catalog> CurrentAsync(CancellationToken cancellationToken)
    {
        var latest = _latest;
        if (latest is not null && latest.Version == await store.VersionAsync(cancellationToken))
        {
            return latest;
        }

        return _latest = new Catalog(await store.ReadAsync(cancellationToken));
    }
}
