using System.Text;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>
/// A delegation as it unfolds: a first exchange, then agents that ask one after another for a token on the strength of the last one issued. What is
/// refused leaves the token in hand as it was. Built of Core's pieces alone, the way the token endpoint puts them together.
/// </summary>
public sealed record Story(IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies, PolicyQuestion First, TimeSpan SessionLeft, IReadOnlyList<Turn> Turns)
{
    private IReadOnlyList<Hop>? _told;

    // A copy is made to be changed: it is told anew.
    private Story(Story other) => (Purposes, Policies, First, SessionLeft, Turns) = (other.Purposes, other.Policies, other.First, other.SessionLeft, other.Turns);

    /// <summary>The tokens issued, each with the one it was issued for; the first has none.</summary>
    public IReadOnlyList<Hop> Tell() => _told ??= [.. Play().Select(p => p.Hop).OfType<Hop>()];

    public override string ToString()
    {
        var words = new StringBuilder().AppendLine();
        foreach (var policy in Policies)
        {
            words.AppendLine(JsonSerializer.Serialize(policy, ConfigurationJson.Compact));
        }

        var user = First.Subject;
        words.AppendLine($"At {First.Now:O} a user of {user.Issuer} (acr {user.Authentication.ContextClass ?? "?"}, signed in {user.Authentication.Time?.ToString("O") ?? "?"}, "
            + $"{string.Join(' ', user.Claims.Select(c => $"{c.Key}={string.Join(',', c.Value)}"))}) lends a session that lasts {SessionLeft}, under {First.Purpose}.");
        foreach (var (turn, hop) in Play())
        {
            words.AppendLine($"{turn.Later} later {turn.Agent.ClientId} wants {turn.Requested?.ToString() ?? "everything"} at {turn.Resource} and {(hop is null ? "is refused" : $"gets {hop.To}")}.");
        }

        return words.ToString();
    }

    // Every turn, the first one included, with the token it came to, if any; nothing follows a first turn that is refused.
    private IEnumerable<(Turn Turn, Hop? Hop)> Play()
    {
        var set = new PolicySet(1, Purposes, Policies);
        var sessionEnd = First.Now + SessionLeft;
        var now = First.Now;
        var held = Begin(set, sessionEnd);
        yield return (new Turn(First.Agent, First.Resource, First.RequestedScopes, TimeSpan.Zero), held is null ? null : new Hop(null, held, now, sessionEnd));
        if (held is null)
        {
            yield break;
        }

        foreach (var turn in Turns)
        {
            now += turn.Later;
            var hop = Next(set, held, turn, now, sessionEnd) is { } token ? new Hop(held, token, now, sessionEnd) : null;
            held = hop?.To ?? held;
            yield return (turn, hop);
        }
    }

    private Held? Begin(PolicySet set, DateTimeOffset sessionEnd)
    {
        if (PolicyEvaluator.Decide(set, First) is not Decision.Permit permit)
        {
            return null;
        }

        var limits = permit.Policy.Limits;
        var delegationEnd = First.Now + limits.MaxDelegationAge;
        return TokenLifetime.Expiry(First.Now, limits.MaxLifetime, sessionEnd, delegationEnd) is { } expires
            ? new Held(ActChain.StartWith(Generators.ActorOf(First.Agent)), First.Resource, permit, permit.Policy, expires, delegationEnd, limits.MaxChainDepth)
            : null;
    }

    private Held? Next(PolicySet set, Held held, Turn turn, DateTimeOffset now, DateTimeOffset sessionEnd)
    {
        if (now >= held.ExpiresAt)
        {
            return null;
        }

        // The current actor narrows its own token and the chain stays; anybody else must be named and takes the next hop.
        var actor = Generators.ActorOf(turn.Agent);
        var chain = held.Chain;
        var ceiling = held.Scopes;
        Policy? lent = held.Lent;
        if (actor.IsSameParty(held.Chain.Current))
        {
            if (!turn.Resource.Equals(held.Resource))
            {
                return null;
            }
        }
        else
        {
            ceiling = held.ReachOf(turn.Agent.ClientId, turn.Resource);
            lent = null;
            if (ceiling is null || !held.Chain.TryExtend(actor, out chain))
            {
                return null;
            }
        }

        if (chain.Depth > held.DepthCeiling)
        {
            return null;
        }

        var question = First with
        {
            Now = now, Agent = turn.Agent, Resource = turn.Resource, Purpose = held.Permit.Purpose, RequestedScopes = turn.Requested, ScopeCeiling = ceiling, ChainDepth = chain.Depth,
        };
        if (PolicyEvaluator.Decide(set, question) is not Decision.Permit permit)
        {
            return null;
        }

        var limits = permit.Policy.Limits;
        var delegationEnd = First.Now + limits.MaxDelegationAge < held.DelegationEnd ? First.Now + limits.MaxDelegationAge : held.DelegationEnd;
        return TokenLifetime.Expiry(now, limits.MaxLifetime, held.ExpiresAt, sessionEnd, delegationEnd) is { } expires
            ? new Held(chain, turn.Resource, permit, lent ?? permit.Policy, expires, delegationEnd, Math.Min(held.DepthCeiling, limits.MaxChainDepth))
            : null;
    }
}

/// <summary>An agent asks for a token, so much later than the one before.</summary>
public sealed record Turn(AgentFacts Agent, ResourceIndicator Resource, ScopeSet? Requested, TimeSpan Later);

/// <summary>A token was issued for another one in hand, or, the first, for the session itself.</summary>
public sealed record Hop(Held? From, Held To, DateTimeOffset Now, DateTimeOffset SessionEnd);

/// <summary>
/// A token as far as the next hop depends on it. To whom its actor may hand on is said by the permit under which it was first given one: were it that of a
/// narrower token, narrowing could open new ways.
/// </summary>
public sealed record Held(ActChain Chain, ResourceIndicator Resource, Decision.Permit Permit, Policy Lent, DateTimeOffset ExpiresAt, DateTimeOffset DelegationEnd, int DepthCeiling)
{
    public ScopeSet Scopes => Permit.Granted;

    /// <summary>What an agent could be handed at a resource; null when nothing.</summary>
    public ScopeSet? ReachOf(string agent, ResourceIndicator resource) => Onward.Ceiling(Lent.Limits.OnwardTo, agent, resource, Resource, Scopes);

    public override string ToString() => $"{Scopes} at {Resource} until {ExpiresAt:O} by {Permit.Policy.Name}, chain {Chain}";
}
