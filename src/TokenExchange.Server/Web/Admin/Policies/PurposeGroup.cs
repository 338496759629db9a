using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>A purpose with its policies.</summary>
/// <param name="Id">The purpose.</param>
/// <param name="Purpose">Its definition; null where policies name one that there is not.</param>
/// <param name="Policies">By name.</param>
public sealed record PurposeGroup(string Id, PurposeDefinition? Purpose, IReadOnlyList<PolicyDefinition> Policies)
{
    /// <summary>Sorts policies by purpose, purposes by id.</summary>
    public static IReadOnlyList<PurposeGroup> Of(IReadOnlyList<PurposeDefinition> purposes, IReadOnlyList<PolicyDefinition> policies)
    {
        var byPurpose = policies.ToLookup(p => p.Purpose, StringComparer.Ordinal);
        return
        [
            .. purposes.Select(p => p.Purpose).Union(policies.Select(p => p.Purpose), StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(id => new PurposeGroup(id, purposes.FirstOrDefault(p => p.Purpose == id), [.. byPurpose[id].OrderBy(p => p.Name, StringComparer.Ordinal)])),
        ];
    }

    /// <summary>The same with the policies that hold a text in a name, or all of them where the purpose itself holds it; null when nothing does.</summary>
    public PurposeGroup? Matching(string? text, PartyNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (string.IsNullOrWhiteSpace(text) || Holds(text, Id, Purpose?.Title, Purpose?.Description))
        {
            return this;
        }

        PolicyDefinition[] found = [.. Policies.Where(p => Holds(text, [p.Name, p.Resource, names.ResourceName(p.Resource), .. p.Agents, .. p.AgentKinds, .. p.AgentTags, .. p.Scopes, .. p.Subjects.Select(s => s.Issuer), .. p.Limits.OnwardTo.Select(o => o.Agent)]))];
        return found.Length > 0 ? this with { Policies = found } : null;
    }

    /// <summary>The same with the policies that select an agent by its id, kind or tags; null when none does.</summary>
    public PurposeGroup? OpenTo(ClientDefinition agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        PolicyDefinition[] found =
        [
            .. Policies.Where(p => p.Agents.Contains(agent.ClientId, StringComparer.Ordinal) || p.AgentKinds.Contains(agent.Kind, StringComparer.Ordinal) || p.AgentTags.Intersect(agent.Tags, StringComparer.Ordinal).Any()),
        ];
        return found.Length > 0 ? this with { Policies = found } : null;
    }

    private static bool Holds(string text, params IEnumerable<string?> names) => names.Any(n => n?.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase) == true);
}
