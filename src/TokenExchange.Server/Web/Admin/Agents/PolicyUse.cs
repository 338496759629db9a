using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>A policy that selects an agent.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Because">Why it does, in words.</param>
/// <param name="Words">What it says, in words.</param>
public sealed record PolicyUse(PolicyDefinition Policy, string Because, string Words)
{
    /// <summary>All that select an agent, by purpose.</summary>
    public static IReadOnlyList<IGrouping<string, PolicyUse>> Of(ClientDefinition client, ExchangeConfiguration configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        return
        [
            .. configured.Policies!.Select(p => (Policy: p, Because: BecauseOf(p, client))).Where(p => p.Because is not null)
                .Select(p => new PolicyUse(p.Policy, p.Because!, InWords(p.Policy, configured)))
                .OrderBy(u => u.Policy.Name, StringComparer.Ordinal).GroupBy(u => u.Policy.Purpose, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal),
        ];
    }

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

    private static string InWords(PolicyDefinition policy, ExchangeConfiguration configured)
    {
        var resource = ResourceIndicator.TryParse(policy.Resource, out var wanted) ? configured.Resources!.FirstOrDefault(r => ResourceIndicator.Parse(r.Resource).Equals(wanted)) : null;
        var scopes = policy.Scopes.Count == 0 ? "everything" : string.Join(", ", policy.Scopes);
        var users = string.Join(" or ", policy.Subjects.Select(s => s.Claims.Count == 0 ? s.Issuer : $"{s.Issuer} with {string.Join(" and ", s.Claims.Select(c => $"{c.Key} {string.Join(" or ", c.Value)}"))}"));
        var where = $"{scopes} at {resource?.Name ?? policy.Resource}, for users of {users}";
        if (policy.Effect == "deny")
        {
            return $"Forbids {where}.";
        }

        var limits = policy.Limits;
        return $"Permits {where}. A token lives {DurationWords.Of(limits.MaxLifetime)}, what was lent ends after {DurationWords.Of(limits.MaxDelegationAge)}."
            + (limits.MaxAuthAge is { } fresh ? $" The user must have signed in within {DurationWords.Of(fresh)}." : string.Empty)
            + (limits.OnwardTo.Count == 0 ? string.Empty : $" It may hand on to {string.Join(", ", limits.OnwardTo.Select(o => o.Agent).Distinct(StringComparer.Ordinal))}.")
            + (policy.Conditions.Count == 0 ? string.Empty : policy.Conditions.Count == 1 ? " One condition must hold." : $" {policy.Conditions.Count} conditions must hold.");
    }
}
