using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>
/// All purposes and policies of one published version, parsed and indexed: finding the policies of a question takes the same time however many
/// others there are. Immutable; one request sees one set.
/// </summary>
public sealed class PolicySet
{
    private readonly Dictionary<string, PurposeDefinition> _purposes;
    private readonly Dictionary<string, Policy> _byName;
    private readonly Dictionary<(string Purpose, string ResourceKey), AgentIndex> _index;
    private readonly Dictionary<(string Purpose, string ResourceKey), IReadOnlySet<string>> _claims;

    /// <summary>Parses and indexes.</summary>
    /// <param name="version">Grows with every publication; 0 means nothing was ever published.</param>
    /// <param name="purposes">All purposes.</param>
    /// <param name="policies">All policies, validated.</param>
    /// <exception cref="FormatException">A policy is malformed, which validation should have refused.</exception>
    public PolicySet(long version, IReadOnlyCollection<PurposeDefinition> purposes, IReadOnlyCollection<PolicyDefinition> policies)
    {
        Version = version;
        PurposeDefinitions = purposes;
        PolicyDefinitions = policies;
        ContentHash = Hash(purposes, policies);
        _purposes = purposes.ToDictionary(p => p.Purpose, StringComparer.Ordinal);
        _byName = policies.Select(PolicyParser.Parse).ToDictionary(p => p.Name, StringComparer.Ordinal);
        _index = _byName.Values
            .OrderBy(p => p.Name, StringComparer.Ordinal) // so that a decision says the same in whatever order the policies were listed
            .GroupBy(p => (p.Purpose, p.Resource.Key))
            .ToDictionary(g => g.Key, g => new AgentIndex(g));
        _claims = _byName.Values
            .GroupBy(p => (p.Purpose, p.Resource.Key))
            .ToDictionary(g => g.Key, IReadOnlySet<string> (g) => g.SelectMany(ClaimsOf).ToHashSet(StringComparer.Ordinal));
        ReferencedClaims = _claims.Values.SelectMany(c => c).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A set that permits nothing.</summary>
    public static PolicySet Empty { get; } = new(0, [], []);

    /// <summary>The published version.</summary>
    public long Version { get; }

    /// <summary>Its purposes as they are written.</summary>
    public IReadOnlyCollection<PurposeDefinition> PurposeDefinitions { get; }

    /// <summary>Its policies as they are written.</summary>
    public IReadOnlyCollection<PolicyDefinition> PolicyDefinitions { get; }

    /// <summary>Lower-case hex SHA-256 of purposes and policies, independent of their order.</summary>
    public string ContentHash { get; }

    /// <summary>Names of the assertion claims that some policy looks at: those are kept with a delegation, no others.</summary>
    public IReadOnlySet<string> ReferencedClaims { get; }

    /// <summary>All policies, in no order.</summary>
    public IReadOnlyCollection<Policy> Policies => _byName.Values;

    /// <summary>Names of the assertion claims that policies under this purpose at this resource look at.</summary>
    public IReadOnlySet<string> ReferencedClaimsAt(string purpose, ResourceIndicator resource) =>
        _claims.GetValueOrDefault((purpose, resource.Key), FrozenSet<string>.Empty);

    /// <summary>The purpose, or null.</summary>
    public PurposeDefinition? FindPurpose(string purpose) => _purposes.GetValueOrDefault(purpose);

    /// <summary>The policy, or null.</summary>
    public Policy? FindPolicy(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The policies that select this agent under this purpose at this resource.</summary>
    public IEnumerable<Policy> Find(string purpose, ResourceIndicator resource, AgentFacts agent) =>
        _index.TryGetValue((purpose, resource.Key), out var agents) ? agents.Find(agent) : [];

    /// <summary>The active purposes under which some permit selects this agent at this resource.</summary>
    public IReadOnlyList<string> PurposesOpenTo(AgentFacts agent, ResourceIndicator resource) =>
        [.. _purposes.Values
            .Where(p => IsActive(p) && Find(p.Purpose, resource, agent).Any(x => x.Effect == PolicyEffect.Permit))
            .Select(p => p.Purpose)
            .Order(StringComparer.Ordinal)];

    /// <summary>Whether a purpose can be used.</summary>
    public static bool IsActive(PurposeDefinition purpose) => string.Equals(purpose.State, "active", StringComparison.Ordinal);

    /// <summary>The hash that a set of this content has.</summary>
    public static string Hash(IEnumerable<PurposeDefinition> purposes, IEnumerable<PolicyDefinition> policies) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new ExchangeConfiguration
            {
                Purposes = [.. purposes.OrderBy(p => p.Purpose, StringComparer.Ordinal)],
                Policies = [.. policies.OrderBy(p => p.Name, StringComparer.Ordinal)],
            },
            ConfigurationJson.Compact)));

    private static IEnumerable<string> ClaimsOf(Policy policy) =>
        policy.Subjects.SelectMany(s => s.Claims.Keys).Concat(policy.Conditions.Select(ClaimOf).OfType<string>());

    internal static string? ClaimOf(Condition condition) => condition switch
    {
        Condition.ClaimEquals c => c.Claim,
        Condition.ClaimContains c => c.Claim,
        _ => null,
    };

    /// <summary>Policies of one purpose at one resource, by who they select.</summary>
    private sealed class AgentIndex(IEnumerable<Policy> policies)
    {
        private readonly Policy[] _selectingByGroup = [.. policies.Where(p => p.AgentKinds.Count > 0 || p.AgentTags.Count > 0)];

        private readonly Dictionary<string, Policy[]> _byId = policies
            .Where(p => p.AgentKinds.Count == 0 && p.AgentTags.Count == 0)
            .SelectMany(p => p.Agents.Select(a => (Agent: a, Policy: p)))
            .GroupBy(x => x.Agent, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(x => x.Policy).ToArray(), StringComparer.Ordinal);

        public IEnumerable<Policy> Find(AgentFacts agent) =>
            _byId.GetValueOrDefault(agent.ClientId, []).Concat(_selectingByGroup.Where(p => p.Selects(agent)));
    }
}
