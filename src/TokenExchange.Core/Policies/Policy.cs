using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>Whether a policy allows or forbids.</summary>
public enum PolicyEffect
{
    /// <summary>Allows, within its limits.</summary>
    Permit,

    /// <summary>Forbids; overrides every permit.</summary>
    Deny,
}

/// <summary>One policy with everything parsed. What is written and its meaning: <see cref="Configuration.PolicyDefinition"/>.</summary>
public sealed record Policy
{
    /// <summary>Unique name.</summary>
    public required string Name { get; init; }

    /// <summary>The purpose it belongs to.</summary>
    public required string Purpose { get; init; }

    /// <summary>Permit or deny.</summary>
    public required PolicyEffect Effect { get; init; }

    /// <summary>Agents by client id.</summary>
    public required IReadOnlySet<string> Agents { get; init; }

    /// <summary>Agents by kind.</summary>
    public required IReadOnlySet<string> AgentKinds { get; init; }

    /// <summary>Agents by tag.</summary>
    public required IReadOnlySet<string> AgentTags { get; init; }

    /// <summary>Users acted for.</summary>
    public required IReadOnlyList<SubjectSelector> Subjects { get; init; }

    /// <summary>The resource.</summary>
    public required ResourceIndicator Resource { get; init; }

    /// <summary>Scopes; for a deny, empty means all.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>How far it goes.</summary>
    public required PolicyLimits Limits { get; init; }

    /// <summary>When it applies.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>Whether the agent is selected by id, kind or tag.</summary>
    public bool Selects(AgentFacts agent) => Agents.Contains(agent.ClientId) || AgentKinds.Contains(agent.Kind) || agent.Tags.Any(AgentTags.Contains);
}

/// <summary>Users of one issuer, narrowed by claims.</summary>
/// <param name="Issuer">The trusted issuer.</param>
/// <param name="Claims">Claim name to accepted values; all names must match.</param>
public sealed record SubjectSelector(string Issuer, IReadOnlyDictionary<string, IReadOnlySet<string>> Claims)
{
    /// <summary>Whether the user is selected; null when a claim that matters is unknown.</summary>
    public bool? Selects(SubjectFacts subject)
    {
        if (!string.Equals(Issuer, subject.Issuer, StringComparison.Ordinal))
        {
            return false;
        }

        bool? selected = true;
        foreach (var (name, accepted) in Claims)
        {
            if (!subject.Claims.TryGetValue(name, out var values))
            {
                selected = null;
            }
            else if (!values.Any(accepted.Contains))
            {
                return false;
            }
        }

        return selected;
    }
}
