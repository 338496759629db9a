using System.Text;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>The parties of the walks: always the same; what changes from walk to walk are the rules between them.</summary>
public static class WalkWorld
{
    public const string OtherPurpose = "no.such";
    public const string Partner = "https://partner.example";

    private static readonly TestKey s_partnerKey = new("partner-1");

    public static IReadOnlyList<string> Agents { get; } = ["a0", "a1", "a2", "a3", "a4", "a5"];

    public static IReadOnlyList<string> Purposes { get; } = ["triage", "digest"];

    public static IReadOnlyList<string> Resources { get; } = ["https://r0.example", "https://r1.example"];

    /// <summary>The two resources share names of scopes, so that a scope of the wrong resource would be seen.</summary>
    public static IReadOnlyList<string> ScopesOf(string resource) => resource == Resources[0] ? ["label", "read", "send", "write"] : ["admin", "read", "write"];

    public static IReadOnlyList<string> Issuers { get; } = [World.Idp, Partner];

    /// <summary>A user of one issuer: how the issuer signs, and who that user is here.</summary>
    public static TestKey KeyOf(string issuer) => issuer == Partner ? s_partnerKey : World.IdpKey;

    public static string SubjectOf(string issuer, string sub) => issuer == Partner ? $"partner|{sub}" : sub;

    public static string KindOf(string agent) => agent == "a5" ? ClientKind.Service : ClientKind.AiAgent;

    public static bool Selects(PolicyDefinition policy, string agent) =>
        policy.Agents.Contains(agent, StringComparer.Ordinal) || policy.AgentKinds.Contains(KindOf(agent), StringComparer.Ordinal)
        || policy.AgentTags.Intersect(Tags(agent), StringComparer.Ordinal).Any();

    public static ExchangeConfiguration Publish(Rules rules) => new()
    {
        Issuers =
        [
            new IssuerDefinition { Issuer = World.Idp, Jwks = World.IdpKey.Jwks, Audiences = ["https://exchange.example"], Claims = new IssuerClaims { Scope = "scope" } },
            new IssuerDefinition { Issuer = Partner, Jwks = s_partnerKey.Jwks, Audiences = ["https://exchange.example"], Claims = new IssuerClaims { Scope = "scope" }, SubjectPrefix = "partner|" },
        ],
        Resources =
        [
            .. Resources.Select(r => new ResourceDefinition
            {
                Resource = r, Name = r, Scopes = [.. ScopesOf(r).Select(s => new ScopeDefinition { Name = s, Description = s })],
            }),
        ],
        Clients = [.. Agents.Select(a => new ClientDefinition { ClientId = a, Name = a, Kind = KindOf(a), Tags = Tags(a), SecretSha256 = World.SecretHash })],
        Purposes = [.. Purposes.Select(p => new PurposeDefinition { Purpose = p, Title = p, Description = p })],
        Policies = rules.Policies,
    };

    private static string[] Tags(string agent) => agent is "a0" or "a1" ? ["red"] : [];
}

/// <summary>The policies published at one time.</summary>
public sealed record Rules(IReadOnlyList<PolicyDefinition> Policies)
{
    public IReadOnlyList<PolicyDefinition> Permits { get; } = [.. Policies.Where(p => p.Effect == "permit")];

    public PolicyDefinition? Find(string name) => Policies.SingleOrDefault(p => p.Name == name);

    public override string ToString() => Policies.Count == 0 ? "  nothing is permitted\n" : string.Concat(Policies.Select(p => $"  {Line(p)}\n"));

    private static string Line(PolicyDefinition p)
    {
        var line = new StringBuilder($"{p.Name}: {p.Effect}{(p.Subjects.Count == 1 ? $" for users of {HostOf(p.Subjects[0].Issuer)}" : string.Empty)} {string.Join(' ', [.. p.Agents, .. p.AgentKinds.Select(k => $"kind:{k}"), .. p.AgentTags.Select(t => $"tag:{t}")])}")
            .Append($" under {p.Purpose} at {HostOf(p.Resource)} [{string.Join(' ', p.Scopes)}]");
        if (p.Effect == "permit")
        {
            line.Append($" life {p.Limits.MaxLifetime:c}, delegation {p.Limits.MaxDelegationAge:c}, depth {p.Limits.MaxChainDepth}");
            line.Append(p.Limits.MaxSessionAge is { } age ? $", session {age:c}" : string.Empty);
            line.Append(string.Concat(p.Limits.OnwardTo.Select(o => $", on to {o.Agent}{(o.Resource is null ? string.Empty : $" at {HostOf(o.Resource)}")} [{string.Join(' ', o.Scopes)}]")));
        }

        return line.ToString();
    }

    public static string HostOf(string resource) => resource.Replace("https://", string.Empty, StringComparison.Ordinal).Replace(".example", string.Empty, StringComparison.Ordinal);
}
