using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// Verifies the <c>actor_token</c> of a request (RFC 8693 §2.1): a workload JWT from a trusted issuer that says which instance of the authenticated agent
/// this is. It names the actor more exactly and proves nothing else: who the client is was found out before, and what it may do is asked of policies.
/// </summary>
public sealed class ActorTokens(TrustedJwts trusted)
{
    /// <summary>The word among an issuer's <c>tokenTypes</c> for those that name workloads.</summary>
    public const string Workload = "workload";

    /// <summary>The instance it names.</summary>
    public async Task<Checked<Actor>> VerifyAsync(string actorToken, ClientDefinition agent, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (!CompactJwt.TryParse(actorToken, out var jwt))
        {
            return RefusalReason.ActorTokenMalformed;
        }

        if (!(await trusted.VerifyAsync(jwt, Workload, catalog, now, cancellationToken)).Passed(out var genuine, out var refusal))
        {
            return AboutActorToken(refusal);
        }

        // Somebody else who may act for the workload is of no interest here, but then the token is not about the workload alone.
        if (!JsonClaims.TryGetString(genuine.Claims, ClaimNames.Subject, out var sub) || genuine.Claims.TryGetProperty(ClaimNames.MayAct, out _))
        {
            return new Refusal(RefusalReason.ActorTokenClaims, "sub or may_act");
        }

        // Who reads act.sub alone must not take an instance of one agent for another agent.
        return agent.Workloads.Any(w => w.Covers(genuine.Issuer.Issuer, sub)) && !catalog.KnowsClient(sub)
            ? new Actor(sub, genuine.Issuer.Issuer, agent.Kind, agent.ClientId)
            : new Refusal(RefusalReason.ActorTokenOfAnotherClient, sub);
    }

    // The checks are the same for both tokens; what is said of them names the one that failed.
    private static Refusal AboutActorToken(Refusal refusal) => refusal with
    {
        Reason = refusal.Reason switch
        {
            RefusalReason.SubjectTokenMalformed => RefusalReason.ActorTokenMalformed,
            RefusalReason.IssuerNotTrusted => RefusalReason.ActorTokenIssuer,
            RefusalReason.SubjectTokenSignature => RefusalReason.ActorTokenSignature,
            RefusalReason.SubjectTokenClaims => RefusalReason.ActorTokenClaims,
            RefusalReason.SubjectTokenBound => RefusalReason.ActorTokenClaims,
            RefusalReason.SubjectTokenExpired => RefusalReason.ActorTokenExpired,
            RefusalReason.SubjectTokenAudience => RefusalReason.ActorTokenAudience,
            RefusalReason.IssuerKeysUnavailable => RefusalReason.IssuerKeysUnavailable,
            var other => throw new InvalidOperationException($"{other} is not a refusal of a JWT."),
        },
    };
}
