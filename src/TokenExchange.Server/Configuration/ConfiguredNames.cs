using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Configuration;

/// <summary>
/// Everything in a configuration that something else in it can name, gathered once: looking for each name in whole sections would take the square of the size of what
/// somebody sends.
/// </summary>
internal sealed class ConfiguredNames
{
    private readonly HashSet<string> _issuers;
    private readonly HashSet<string> _workloadIssuers;
    private readonly HashSet<string> _agents;
    private readonly HashSet<string> _resourceClients;
    private readonly HashSet<string> _purposes;
    private readonly Dictionary<string, HashSet<string>> _scopes = new(StringComparer.Ordinal);

    public ConfiguredNames(ExchangeConfiguration whole)
    {
        _issuers = Set(whole.Issuers!.Select(i => i.Issuer));
        _workloadIssuers = Set(whole.Issuers!.Where(i => i.TokenTypes.Contains(ActorTokens.Workload, StringComparer.Ordinal)).Select(i => i.Issuer));
        _agents = Set(whole.Clients!.Where(c => ClientKind.IsAgent(c.Kind)).Select(c => c.ClientId));
        _resourceClients = Set(whole.Clients!.Where(c => c.Kind == ClientKind.Resource).Select(c => c.ClientId));
        _purposes = Set(whole.Purposes!.Select(p => p.Purpose));
        foreach (var resource in whole.Resources!)
        {
            // Of two that are the same, which is a mistake of its own, the first counts.
            if (ResourceIndicator.TryParse(resource.Resource, out var indicator))
            {
                _scopes.TryAdd(indicator.Key, Set(resource.Scopes.Select(s => s.Name)));
            }
        }
    }

    public bool IsIssuer(string name) => _issuers.Contains(name);

    /// <summary>Whether it is an issuer that names workloads.</summary>
    public bool IsWorkloadIssuer(string name) => _workloadIssuers.Contains(name);

    /// <summary>Whether it is the client id of an agent, of whatever kind.</summary>
    public bool IsAgent(string clientId) => _agents.Contains(clientId);

    /// <summary>Whether it is the client id of a client of kind <c>resource</c>.</summary>
    public bool IsResourceClient(string clientId) => _resourceClients.Contains(clientId);

    public bool IsPurpose(string name) => _purposes.Contains(name);

    public bool IsResource(string? resource) => ScopesOf(resource) is not null;

    /// <summary>Whether all of them are scopes of a resource; of one that is not there nothing is said.</summary>
    public bool AreScopesOf(string? resource, IEnumerable<string> scopes) => ScopesOf(resource) is not { } there || scopes.All(there.Contains);

    private HashSet<string>? ScopesOf(string? resource) => ResourceIndicator.TryParse(resource, out var indicator) ? _scopes.GetValueOrDefault(indicator.Key) : null;

    private static HashSet<string> Set(IEnumerable<string> names) => names.ToHashSet(StringComparer.Ordinal);
}
