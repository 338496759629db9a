using System.Net;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>What the policies say of a token.</summary>
internal abstract record PolicyJudgement
{
    /// <summary>These of its scopes are permitted; never none.</summary>
    public sealed record Permitted(ScopeSet Scopes) : PolicyJudgement;

    /// <summary>The user must authenticate again or more strongly.</summary>
    public sealed record NeedsStepUp(StepUp StepUp) : PolicyJudgement;

    /// <summary>Nothing of it is permitted.</summary>
    public sealed record NotPermitted : PolicyJudgement;
}

/// <summary>Holds a token against the policies as they are now, with the evaluator of the server. Pure.</summary>
internal static class PolicyJudge
{
    /// <summary>Judges.</summary>
    /// <param name="bundle">The policies.</param>
    /// <param name="token">The token.</param>
    /// <param name="requested">Scopes that are needed, all of them; null: as many of the token's as are permitted.</param>
    /// <param name="now">When.</param>
    /// <param name="source">Where the request comes from.</param>
    public static PolicyJudgement Judge(CompiledBundle bundle, ActorToken token, ScopeSet? requested, DateTimeOffset now, IPAddress? source)
    {
        if (bundle.FindAgent(token.Chain.Current.Agent) is not { } agent || token.SubjectIssuer is not { } issuer || !bundle.Trusts(issuer))
        {
            return new PolicyJudgement.NotPermitted();
        }

        var decision = PolicyEvaluator.Decide(bundle.Policies, new PolicyQuestion
        {
            Now = now,
            Agent = agent,
            Subject = new SubjectFacts(issuer, token.SubjectClaims, token.Authentication),
            Resource = token.Audience,
            Purpose = token.Purpose,
            RequestedScopes = requested,
            ScopeCeiling = token.Scopes,
            ChainDepth = token.Chain.Depth,
            Source = source,
        });
        return decision switch
        {
            // A lifetime that was shortened holds for tokens that were issued before, too.
            Decision.Permit permit when token.IssuedAt + permit.Policy.Limits.MaxLifetime > now => new PolicyJudgement.Permitted(permit.Granted),
            Decision.Deny { StepUp: { } stepUp } => new PolicyJudgement.NeedsStepUp(stepUp),
            _ => new PolicyJudgement.NotPermitted(),
        };
    }
}
