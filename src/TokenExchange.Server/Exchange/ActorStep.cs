using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Exchange;

/// <summary>
/// Whether an agent may take the next step for a subject, and what the step inherits. Pure. There are three steps: the first (a session assertion),
/// narrowing (an own token by its current actor; the chain stays) and handing on (an own token by an agent it names; the chain grows by that agent).
/// </summary>
public sealed record ActorStep
{
    /// <summary>The chain that would result.</summary>
    public required ActChain Chain { get; init; }

    /// <summary>What the token in hand can reach at the resource; null when it sets no bound.</summary>
    public ScopeSet? ScopeCeiling { get; init; }

    /// <summary>The purpose the chain is bound to; null at the first step.</summary>
    public string? Purpose { get; init; }

    /// <summary>The delegation it belongs to; null at the first step.</summary>
    public Delegation? Delegation { get; init; }

    /// <summary>When that ends; null at the first step.</summary>
    public DateTimeOffset? DelegationEndsAt { get; init; }

    /// <summary>When the user lent what the chain began with.</summary>
    public required DateTimeOffset LentAt { get; init; }

    private int? MaxChainDepth { get; init; }

    private ScopeSet? SessionScopes { get; init; }

    // Set when narrowing: what may be handed on, and by which policy, stays what it was.
    private SubjectToken.OwnToken? Narrowed { get; init; }

    private IReadOnlyList<string> Ancestors { get; init; } = [];

    private IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Takes the step, or says why not.</summary>
    /// <param name="subject">Whom to act for.</param>
    /// <param name="actor">Who would act: an agent, or an instance of one.</param>
    /// <param name="resource">Where.</param>
    /// <param name="catalog">The configuration.</param>
    /// <param name="issuer">This server, which names the agents.</param>
    /// <param name="now">When.</param>
    public static Checked<ActorStep> Take(SubjectToken subject, Actor actor, ResourceIndicator resource, Catalog catalog, string issuer, DateTimeOffset now) => subject switch
    {
        SubjectToken.SessionAssertion assertion => First(assertion, actor, issuer),
        SubjectToken.OwnToken own when own.Token.Chain.Current.IsSameParty(actor) => Narrow(own, actor, resource),
        SubjectToken.OwnToken own => HandOn(own, actor, resource, catalog, issuer, now),
        _ => throw new InvalidOperationException("Unknown subject token."),
    };

    /// <summary>
    /// Whom the new token names in <c>may_act</c>: the receivers of the determining policy that are not in the chain yet, or when narrowing those the token in
    /// hand names; nobody once the chain is as deep as it may become.
    /// </summary>
    public MayAct? MayActAfter(PolicyLimits limits, string issuer)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (Chain.Depth >= Depth(limits.MaxChainDepth))
        {
            return null;
        }

        if (Narrowed is { } held)
        {
            return held.Token.MayAct;
        }

        var receivers = limits.OnwardTo.Select(o => o.Agent).Where(a => !Chain.Contains(new Actor(a, issuer))).Select(a => new MayAct.Party(a, issuer)).Distinct().ToList();
        return receivers.Count == 0 ? null : MayAct.For(receivers);
    }

    /// <summary>What is remembered of the token that was decided on.</summary>
    public IssuedToken Remember(ActorToken token, Delegation delegation, Policy policy, DateTimeOffset delegationEndsAt, IReadOnlyDictionary<string, IReadOnlyList<string>> claims)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(policy);
        return new IssuedToken
        {
            Id = token.Id,
            Delegation = delegation,
            Ancestors = Ancestors,
            ClientId = token.ClientId,
            Agents = [.. token.Chain.Actors.Select(a => a.Agent)],
            Resources = [.. Resources.Prepend(token.Audience.Key).Distinct(StringComparer.Ordinal)],
            Scopes = token.Scopes,
            LentAt = LentAt,
            Policy = Narrowed?.Issued.Policy ?? policy.Name,
            MaxChainDepth = Depth(policy.Limits.MaxChainDepth),
            DelegationEndsAt = delegationEndsAt,
            SessionScopes = SessionScopes,
            SubjectClaims = claims,
            IssuedAt = token.IssuedAt,
            ExpiresAt = token.ExpiresAt,
        };
    }

    private int Depth(int allowed) => Math.Min(MaxChainDepth ?? ActChain.MaxDepth, allowed);

    private static Checked<ActorStep> First(SubjectToken.SessionAssertion assertion, Actor actor, string issuer) =>
        assertion.MayAct is { } mayAct && !mayAct.Names(AgentOf(actor, issuer))
            ? RefusalReason.ActorNotNamed
            : new ActorStep { Chain = ActChain.StartWith(actor), LentAt = assertion.LentAt, ScopeCeiling = assertion.Scopes, SessionScopes = assertion.Scopes };

    // may_act and policies name agents, never single instances of them.
    private static Actor AgentOf(Actor actor, string issuer) => actor.ClientId is null ? actor : new Actor(actor.Agent, issuer, actor.Profile);

    private static Checked<ActorStep> Narrow(SubjectToken.OwnToken own, Actor actor, ResourceIndicator resource)
    {
        // The chain stays as it is, so an instance that is named must be the one it holds.
        if (actor.ClientId is not null && actor != own.Token.Chain.Current)
        {
            return new Refusal(RefusalReason.ActorNotNamed, "the token in hand is not this instance's");
        }

        if (!own.Token.Audience.Equals(resource))
        {
            return new Refusal(RefusalReason.ResourceNotPermitted, "the token in hand is for another resource");
        }

        var below = Below(own, own.Token.Chain, own.Token.Scopes);
        return below.Passed(out var step, out _) ? step with { Narrowed = own } : below;
    }

    // Two keys: the giver's policy, as published now, names the receiver; the receiver's own permit is asked for next.
    private static Checked<ActorStep> HandOn(SubjectToken.OwnToken own, Actor actor, ResourceIndicator resource, Catalog catalog, string issuer, DateTimeOffset now)
    {
        if (!own.Token.Chain.TryExtend(actor, out var chain) || chain.Depth > own.Issued.MaxChainDepth)
        {
            return RefusalReason.ChainNotExtendable;
        }

        if (own.Token.MayAct is not { } mayAct || !mayAct.Names(AgentOf(actor, issuer)) || GiversPolicy(own, catalog, now) is not { } giver)
        {
            return RefusalReason.ActorNotNamed;
        }

        if (chain.Depth > giver.Limits.MaxChainDepth)
        {
            return RefusalReason.ChainNotExtendable;
        }

        // Nobody hands on what they would not be given now: a deny, a condition or a narrower permit published since holds for the giver as well.
        if (AskForTheGiver(own, catalog, now) is not Decision.Permit held)
        {
            return RefusalReason.ActorNotNamed;
        }

        if (Onward.Ceiling(giver.Limits.OnwardTo, actor.Agent, resource, own.Token.Audience, held.Granted) is not { } ceiling)
        {
            return new Refusal(RefusalReason.ResourceNotPermitted, "onwardTo does not lead to this resource");
        }

        return Below(own, chain, own.Issued.SessionScopes is { } session ? ceiling.Intersect(session) : ceiling);
    }

    // The question the giver would ask to narrow its token, but for where it calls from: that is not known here, so that a permit with a source network
    // hands on nothing.
    private static Decision AskForTheGiver(SubjectToken.OwnToken own, Catalog catalog, DateTimeOffset now)
    {
        var giver = catalog.FindAgent(own.Token.Chain.Current.Agent, now)!;
        return PolicyEvaluator.Decide(catalog.Policies, new PolicyQuestion
        {
            Now = now,
            Agent = new AgentFacts(giver.ClientId, giver.Kind, giver.Tags),
            Subject = own.Facts,
            Resource = own.Token.Audience,
            Purpose = own.Token.Purpose,
            ScopeCeiling = own.Token.Scopes,
            ChainDepth = own.Token.Chain.Depth,
        });
    }

    // The policy the token was issued under, if it still is a permit for that purpose, resource and agent.
    private static Policy? GiversPolicy(SubjectToken.OwnToken own, Catalog catalog, DateTimeOffset now) =>
        catalog.Policies.FindPolicy(own.Issued.Policy) is { Effect: PolicyEffect.Permit } policy
        && string.Equals(policy.Purpose, own.Token.Purpose, StringComparison.Ordinal)
        && policy.Resource.Equals(own.Token.Audience)
        && catalog.FindAgent(own.Token.Chain.Current.Agent, now) is { } giver
        && policy.Selects(new AgentFacts(giver.ClientId, giver.Kind, giver.Tags))
            ? policy
            : null;

    private static Checked<ActorStep> Below(SubjectToken.OwnToken own, ActChain chain, ScopeSet ceiling)
    {
        if (own.Issued.Ancestors.Count >= IssuedToken.MaxAncestors)
        {
            return new Refusal(RefusalReason.ChainNotExtendable, "derived too often");
        }

        return new ActorStep
        {
            Chain = chain,
            ScopeCeiling = ceiling,
            Purpose = own.Token.Purpose,
            Delegation = own.Issued.Delegation,
            LentAt = own.Issued.LentAt,
            DelegationEndsAt = own.Issued.DelegationEndsAt,
            MaxChainDepth = own.Issued.MaxChainDepth,
            SessionScopes = own.Issued.SessionScopes,
            Ancestors = [.. own.Issued.Ancestors, own.Issued.Id],
            Resources = own.Issued.Resources,
        };
    }
}
