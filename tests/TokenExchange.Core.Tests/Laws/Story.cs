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
    /// <summary>The tokens issued, each with the one it was issued for; the first has none.</summary>
    public IReadOnlyList<Hop> Tell()
    {
        var set = new PolicySet(1, Purposes, Policies);
        var sessionEnd = First.Now + SessionLeft;
        var now = First.Now;
        if (PolicyEvaluator.Decide(set, First) is not Decision.Permit permit
            || TokenLifetime.Expiry(now, permit.Policy.Limits.MaxLifetime, sessionEnd, now + permit.Policy.Limits.MaxDelegationAge) is not { } expires)
        {
            return [];
        }

        var hops = new List<Hop>
        {
            new(null, new Held(ActChain.StartWith(Generators.ActorOf(First.Agent)), First.Resource, permit, expires, now + permit.Policy.Limits.MaxDelegationAge, permit.Policy.Limits.MaxChainDepth), now, sessionEnd),
        };
        foreach (var turn in Turns)
        {
            now += turn.Later;
            if (Next(set, hops[^1].To, turn, now, sessionEnd) is { } token)
            {
                hops.Add(new Hop(hops[^1].To, token, now, sessionEnd));
            }
        }

        return hops;
    }

    public override string ToString() =>
        string.Join(
            Environment.NewLine,
            [
                string.Empty,
                .. Policies.Select(p => JsonSerializer.Serialize(p, ConfigurationJson.Compact)),
                $"session left: {SessionLeft}",
                .. Turns.Select(s => $"{s.Later} later {s.Agent.ClientId} at {s.Resource} wants {s.Requested?.ToString() ?? "everything"}"),
                .. Tell().Select(h => $"{h.To.Chain} at {h.To.Resource}: {h.To.Scopes} until {h.To.ExpiresAt:O} by {h.To.Permit.Policy.Name}"),
            ]);

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
        if (actor.IsSameParty(held.Chain.Current))
        {
            if (!turn.Resource.Equals(held.Resource))
            {
                return null;
            }
        }
        else
        {
            ceiling = Onward.Ceiling(held.Permit.Policy.Limits.OnwardTo, turn.Agent.ClientId, turn.Resource, held.Resource, held.Scopes);
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
            ? new Held(chain, turn.Resource, permit, expires, delegationEnd, Math.Min(held.DepthCeiling, limits.MaxChainDepth))
            : null;
    }
}

/// <summary>An agent asks for a token, so much later than the one before.</summary>
public sealed record Turn(AgentFacts Agent, ResourceIndicator Resource, ScopeSet? Requested, TimeSpan Later);

/// <summary>A token was issued for another one in hand, or, the first, for the session itself.</summary>
public sealed record Hop(Held? From, Held To, DateTimeOffset Now, DateTimeOffset SessionEnd);

/// <summary>A token as far as the next hop depends on it.</summary>
public sealed record Held(ActChain Chain, ResourceIndicator Resource, Decision.Permit Permit, DateTimeOffset ExpiresAt, DateTimeOffset DelegationEnd, int DepthCeiling)
{
    public ScopeSet Scopes => Permit.Granted;
}
