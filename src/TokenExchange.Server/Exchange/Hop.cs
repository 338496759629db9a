using System.Net;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Exchange;

/// <summary>
/// One hop, once it is known who acts for whom and where: what is asked of policy, and what a permit makes of it. Pure: the token endpoint and whoever only
/// tries a question go the same way.
/// </summary>
/// <param name="Subject">Whom to act for.</param>
/// <param name="Agent">The client that asks.</param>
/// <param name="Resource">Where, in the words of the configuration: what a caller sends may spell it otherwise, and hold more.</param>
/// <param name="Step">The step it takes.</param>
/// <param name="Now">When.</param>
public sealed record Hop(SubjectToken Subject, ClientDefinition Agent, ResourceIndicator Resource, ActorStep Step, DateTimeOffset Now)
{
    /// <summary>What the policy set is asked. A chain keeps the purpose it began with.</summary>
    public PolicyQuestion Ask(string? purpose, ScopeSet? scopes, IPAddress? source) => new()
    {
        Now = Now,
        Agent = new AgentFacts(Agent.ClientId, Agent.Kind, Agent.Tags),
        Subject = Subject.Facts,
        Resource = Resource,
        Purpose = Step.Purpose ?? purpose,
        RequestedScopes = scopes,
        ScopeCeiling = Step.ScopeCeiling,
        ChainDepth = Step.Chain.Depth,
        Source = source,
    };

    /// <summary>The token that a permit leads to: each of lifetime, delegation and depth is the smallest of what everyone allows. Refuses when nothing would remain.</summary>
    public Checked<Narrowed> Narrow(Decision.Permit permit, PolicySet policies, Delegation delegation, string issuer, string id)
    {
        ArgumentNullException.ThrowIfNull(permit);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(delegation);
        var limits = permit.Policy.Limits;
        var delegationEnds = Earlier(Step.DelegationEndsAt, delegation.StartedAt + limits.MaxDelegationAge);
        if (delegationEnds <= Now)
        {
            return RefusalReason.DelegationEnded;
        }

        var sessionEnds = Subject.Facts.Authentication.Time + limits.MaxSessionAge;
        if (TokenLifetime.Expiry(Now, limits.MaxLifetime, Subject.ExpiresAt, sessionEnds, delegationEnds, Agent.Expires) is not { } expires)
        {
            return RefusalReason.SubjectTokenExpired;
        }

        var token = new ActorToken
        {
            Issuer = issuer,
            Subject = Subject.Subject,
            Audience = Resource,
            ClientId = Agent.ClientId,
            Chain = Step.Chain,
            Scopes = permit.Granted,
            Purpose = permit.Purpose,
            Delegation = delegation.Id,
            Session = Subject.Session,
            Id = id,
            IssuedAt = TokenLifetime.WholeSeconds(Now),
            ExpiresAt = expires,
            Authentication = Subject.Facts.Authentication,
            SubjectIssuer = Subject.Facts.Issuer,
            SubjectClaims = Seen(policies.ReferencedClaimsAt(permit.Purpose, Resource)),
            MayAct = Step.MayActAfter(limits, issuer),
        };

        // What nobody here would read could not be revoked either.
        return token.IsTooLong() ? new Refusal(RefusalReason.ChainNotExtendable, "the token would be too long") : new Narrowed(token, delegationEnds);
    }

    // A relying app that holds policies against the token needs what they look at, and is told no more.
    private Dictionary<string, IReadOnlyList<string>> Seen(IReadOnlySet<string> names) => Subject.Facts.Claims.Where(c => names.Contains(c.Key)).ToDictionary(StringComparer.Ordinal);

    private static DateTimeOffset Earlier(DateTimeOffset? first, DateTimeOffset second) => first is { } f && f < second ? f : second;
}

/// <summary>What a hop came to.</summary>
/// <param name="Token">The claims, ready to be signed.</param>
/// <param name="DelegationEndsAt">When the delegation ends.</param>
public sealed record Narrowed(ActorToken Token, DateTimeOffset DelegationEndsAt);
