using TokenExchange.Core.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>A policy that selects an agent.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Because">Why it does, in words.</param>
public sealed record PolicyUse(PolicyDefinition Policy, string Because)
{
    /// <summary>All that select an agent, by purpose.</summary>
    public static IReadOnlyList<IGrouping<string, PolicyUse>> Of(ClientDefinition client, IEnumerable<PolicyDefinition> policies) =>
    [
        .. policies.Select(p => (Policy: p, Because: BecauseOf(p, client))).Where(p => p.Because is not null).Select(p => new PolicyUse(p.Policy, p.Because!))
            .OrderBy(u => u.Policy.Name, StringComparer.Ordinal).GroupBy(u => u.Policy.Purpose, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal),
    ];

    /// <summary>Why a policy selects a client; null when it does not.</summary>
    public static string? BecauseOf(PolicyDefinition policy, ClientDefinition client)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(client);
        return !ClientKind.IsAgent(client.Kind) ? null
            : policy.Agents.Contains(client.ClientId, StringComparer.Ordinal) ? "by its id"
            : policy.AgentKinds.Contains(client.Kind, StringComparer.Ordinal) ? $"as every {PartyWords.NameOfKind(client.Kind)}"
            : policy.AgentTags.FirstOrDefault(t => client.Tags.Contains(t, StringComparer.Ordinal)) is { } tag ? $"by its tag {tag}"
            : null;
    }
}
