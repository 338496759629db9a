using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>What can be chosen in the form of a policy. What is chosen already is among it even where it is not configured (any more), so that the form drops nothing.</summary>
public sealed class PolicyOptions(PartyNames names, PolicyDraft draft, PolicyInput input)
{
    // More of them than somebody reads through are typed, with suggestions.
    private const int MostTicked = 40;

    /// <summary>Whether there are so many agents that one is named rather than ticked.</summary>
    public bool NamesAgents => names.Agents.Count > MostTicked;

    /// <summary>All agents, as suggestions.</summary>
    public IEnumerable<string> AgentIds => names.Agents.Select(a => a.ClientId);

    /// <summary>All time zones, as suggestions.</summary>
    public static IEnumerable<string> Zones => TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Order(StringComparer.Ordinal);

    /// <summary>Agents to tick.</summary>
    public IReadOnlyList<CheckOption> Agents =>
    [
        .. (NamesAgents ? names.Agents.Where(a => input.Agents.Contains(a.ClientId)) : names.Agents).Select(a => new CheckOption(a.ClientId, a.ClientId, AgentHint(a), a.Enabled ? null : "disabled")),
        .. Unknown(input.Agents, names.Agents.Select(a => a.ClientId), "not an agent"),
    ];

    /// <summary>Kinds to tick.</summary>
    public IReadOnlyList<CheckOption> Kinds =>
    [
        new CheckOption(ClientKind.AiAgent, "every AI agent", "Programs that act for people by their own judgement."),
        new CheckOption(ClientKind.Service, "every service", "Programs that do one thing, such as a tool server an agent hands on to."),
        .. Unknown(input.AgentKinds, [ClientKind.AiAgent, ClientKind.Service], "not a kind of agents"),
    ];

    /// <summary>Tags to tick.</summary>
    public IReadOnlyList<CheckOption> Tags
    {
        get
        {
            var known = names.Agents.SelectMany(a => a.Tags).CountBy(t => t, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
            var shown = known.Count > MostTicked ? known.Where(t => input.AgentTags.Contains(t.Key)) : known;
            return [.. shown.Select(t => new CheckOption(t.Key, t.Key, t.Value == 1 ? "1 agent" : $"{t.Value} agents")), .. Unknown(input.AgentTags, known.Select(t => t.Key), "no agent has it yet")];
        }
    }

    /// <summary>Purposes to choose from.</summary>
    public IEnumerable<SelectListItem> Purposes => Items("choose a purpose", draft.Purposes.Select(p => (p.Purpose, p.Purpose)), input.Purpose, "not a purpose");

    /// <summary>Effects to choose from.</summary>
    public IEnumerable<SelectListItem> Effects => Items(null, [("permit", "permit: allows, within the limits below"), ("deny", "deny: forbids, whatever else permits it")], input.Effect, "not an effect");

    /// <summary>Resources to choose from.</summary>
    public IEnumerable<SelectListItem> Resources => ResourcesAnd("choose a resource", input.Resource);

    /// <summary>Days to tick.</summary>
    public static IReadOnlyList<CheckOption> Days { get; } = [.. new[] { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }.Select(d => new CheckOption(d, d))];

    /// <summary>Issuers to choose from: those of users.</summary>
    public IEnumerable<SelectListItem> IssuersAnd(string? chosen) => Items(
        "choose an identity provider", names.Issuers.Where(i => !i.TokenTypes.Contains(ActorTokens.Workload, StringComparer.Ordinal)).Select(i => (i.Issuer, i.Issuer)), chosen, "not a trusted issuer");

    /// <summary>Agents to choose one from.</summary>
    public IEnumerable<SelectListItem> AgentsAnd(string? chosen) => Items("choose an agent", names.Agents.Select(a => (a.ClientId, a.ClientId)), chosen, "not an agent");

    /// <summary>Resources to choose from.</summary>
    /// <param name="none">What it means to choose none.</param>
    /// <param name="chosen">The one that is chosen.</param>
    public IEnumerable<SelectListItem> ResourcesAnd(string none, string? chosen)
    {
        // With and without trailing slash is one; the form says what the draft says.
        var known = names.Resource(chosen);
        return Items(none, names.Resources.Select(r => (r == known ? chosen! : r.Resource, $"{r.Name} ({r.Resource})")), chosen, "not a resource");
    }

    /// <summary>Scopes of a resource to tick.</summary>
    public IReadOnlyList<CheckOption> ScopesOf(string? resource, IList<string?> chosen)
    {
        var scopes = names.Resource(resource)?.Scopes ?? [];
        return [.. scopes.Select(s => new CheckOption(s.Name, s.Name, s.Description, s.Sensitive ? "sensitive" : null)), .. Unknown(chosen, scopes.Select(s => s.Name), "not a scope of the resource")];
    }

    /// <summary>Scopes of the policy to choose one from.</summary>
    public IEnumerable<SelectListItem> PolicyScopesAnd(string? chosen) => Items("choose a scope", input.Scopes.OfType<string>().Select(s => (s, s)), chosen, "not a scope of this policy");

    private static string? AgentHint(ClientDefinition agent) => string.Equals(agent.Name, agent.ClientId, StringComparison.Ordinal) ? null : agent.Name;

    private static IEnumerable<CheckOption> Unknown(IEnumerable<string?> chosen, IEnumerable<string> known, string why) =>
        chosen.OfType<string>().Except(known, StringComparer.Ordinal).Select(c => new CheckOption(c, c, null, why));

    private static List<SelectListItem> Items(string? none, IEnumerable<(string Value, string Name)> known, string? chosen, string why)
    {
        List<SelectListItem> items = [.. none is null ? (SelectListItem[])[] : [new SelectListItem(none, string.Empty)], .. known.DistinctBy(k => k.Value, StringComparer.Ordinal).Select(k => new SelectListItem(IdTextTagHelper.Visible(k.Name), k.Value))];
        if (!string.IsNullOrEmpty(chosen) && !items.Exists(i => i.Value == chosen))
        {
            items.Add(new SelectListItem($"{IdTextTagHelper.Visible(chosen)} ({why})", chosen));
        }

        return items;
    }
}
