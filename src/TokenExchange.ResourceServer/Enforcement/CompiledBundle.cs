using System.Collections.Frozen;
using TokenExchange.Core.Policies;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>A bundle, ready to be asked. Immutable: one request sees one.</summary>
internal sealed class CompiledBundle
{
    private readonly FrozenDictionary<string, AgentFacts> _agents;
    private readonly FrozenSet<string> _issuers;

    /// <exception cref="FormatException">A policy in it is malformed.</exception>
    public CompiledBundle(PolicyBundle bundle)
    {
        Policies = new PolicySet(bundle.PolicySetVersion, bundle.Purposes, bundle.Policies);
        _agents = bundle.Agents.ToFrozenDictionary(a => a.ClientId, a => new AgentFacts(a.ClientId, a.Kind, a.Tags), StringComparer.Ordinal);
        _issuers = bundle.Issuers.ToFrozenSet(StringComparer.Ordinal);
    }

    public PolicySet Policies { get; }

    public AgentFacts? FindAgent(string clientId) => _agents.GetValueOrDefault(clientId);

    public bool Trusts(string issuer) => _issuers.Contains(issuer);
}
