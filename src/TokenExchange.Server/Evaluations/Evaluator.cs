using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Evaluations;

/// <summary>When several questions need no further answer.</summary>
public enum StopAt
{
    /// <summary>After the last.</summary>
    TheEnd,

    /// <summary>At the first no.</summary>
    FirstDeny,

    /// <summary>At the first yes.</summary>
    FirstPermit,
}

/// <summary>
/// Says before an action whether the token in hand still permits it: the policies as published now decide, over what the token says and what was remembered
/// when it was issued, with the age the user's authentication has by now. No record, no decision.
/// </summary>
public sealed class Evaluator(CatalogSource catalogs, OwnTokens ownTokens, ExchangeLedger ledger, TimeProvider clock)
{
    /// <summary>Answers the questions of one request, in their order. Throws only for a bug or an outage; then nothing is decided.</summary>
    public async Task<IReadOnlyList<Verdict>> EvaluateAsync(IReadOnlyList<EvaluationInput?> asked, StopAt stopAt, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(caller);
        var now = clock.GetUtcNow();
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        var known = new Dictionary<string, Held>(StringComparer.Ordinal);
        var verdicts = new List<Verdict>();
        var records = new List<ExchangeRecord>();
        foreach (var input in asked)
        {
            var record = new ExchangeRecord { At = now, Kind = RecordKind.Evaluation, Reason = string.Empty, ClientId = caller.ClientId, Source = caller.Source?.ToString() };
            Verdict verdict;
            if (!EvaluationQuestion.TryRead(input, out var question, out var mistake))
            {
                verdict = new Verdict(Permitted: false, RefusalWire.For(RefusalReason.MalformedRequest).Code) { Mistake = mistake };
                record = record with { Detail = mistake };
            }
            else
            {
                // One request asks at one moment, and mostly about one token: each is looked at once.
                if (!known.TryGetValue(question.Token, out var held))
                {
                    known[question.Token] = held = await LookAtAsync(question.Token, catalog, now, cancellationToken);
                }

                (verdict, record) = Judge(question, held, caller, catalog, now, Learn(record, question, held));
            }

            verdicts.Add(verdict);
            records.Add(record with { Reason = verdict.Reason, PolicySetVersion = verdict.PolicySetVersion });
            if ((stopAt, verdict.Permitted) is (StopAt.FirstDeny, false) or (StopAt.FirstPermit, true))
            {
                break;
            }
        }

        // Who hangs up is on record all the same.
        await ledger.RecordAsync(records, CancellationToken.None);
        return verdicts;
    }

    private static (Verdict Verdict, ExchangeRecord Record) Judge(EvaluationQuestion question, Held held, Caller caller, Catalog catalog, DateTimeOffset now, ExchangeRecord record)
    {
        (Verdict, ExchangeRecord) No(Refusal refusal, Verdict? told = null) =>
            ((told ?? new Verdict(Permitted: false, string.Empty)) with { Reason = RefusalWire.For(refusal.Reason).Code, StepUp = refusal.StepUp }, Add(record, refusal.Detail));

        // 1. Only a client of the resource is told anything: for everybody else the resource might as well not be there.
        if (catalog.ResourcesOf(caller.ClientId).FirstOrDefault(r => ResourceIndicator.Parse(r.Resource).Equals(question.Resource)) is not { } resource)
        {
            return No(new Refusal(RefusalReason.ResourceNotPermitted, "the caller is no client of this resource"));
        }

        // 2. The token is ours, for that resource and that user. Whether it is good comes last, so that nobody learns it about a token that is not for them.
        if (held.Token is not { } token)
        {
            return No(held.Refusal!);
        }

        if (!token.Audience.Equals(question.Resource))
        {
            return (new Verdict(Permitted: false, Verdict.AnotherResource), record);
        }

        if (!string.Equals(token.Subject, question.Subject, StringComparison.Ordinal))
        {
            return (new Verdict(Permitted: false, Verdict.AnotherSubject), record);
        }

        if (held.Good is not { } own)
        {
            return No(held.Refusal!);
        }

        var verdict = new Verdict(Permitted: false, string.Empty) { Sensitive = resource.Scopes.Any(s => s.Sensitive && string.Equals(s.Name, question.Scope, StringComparison.Ordinal)) };
        if (!token.Scopes.Contains(question.Scope))
        {
            return No(new Refusal(RefusalReason.ScopeNotPermitted, "the token lacks it"), verdict);
        }

        // 3. The policies as published now decide.
        var decision = Decide(question, own, catalog, now);
        verdict = verdict with { PolicySetVersion = decision.PolicySetVersion };
        if (decision is not Decision.Permit permit)
        {
            return No(Refusal.For((Decision.Deny)decision), verdict);
        }

        // 4. What was lent must not have ended: neither as it was when it was lent, nor as it is permitted now.
        record = record with { Policy = permit.Policy.Name };
        return own.Issued.DelegationEndsAt <= now || own.Issued.Delegation.StartedAt + permit.Policy.Limits.MaxDelegationAge <= now
            ? No(new Refusal(RefusalReason.DelegationEnded), verdict)
            : (verdict with { Permitted = true, Reason = Verdict.Yes }, record with { GrantedScopes = question.Scope });
    }

    private static Decision Decide(EvaluationQuestion question, SubjectToken.OwnToken own, Catalog catalog, DateTimeOffset now)
    {
        var agent = catalog.FindAgent(own.Token.Chain.Current.Agent, now)!;
        return PolicyEvaluator.Decide(catalog.Policies, new PolicyQuestion
        {
            Now = now,
            Agent = new AgentFacts(agent.ClientId, agent.Kind, agent.Tags),
            Subject = own.Facts,
            Resource = question.Resource,
            Purpose = own.Token.Purpose,
            RequestedScopes = ScopeSet.Of(question.Scope),
            ScopeCeiling = own.Token.Scopes,
            ChainDepth = own.Token.Chain.Depth,
            Source = question.Source,
        });
    }

    private async Task<Held> LookAtAsync(string presented, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!CompactJwt.TryParse(presented, out var jwt))
        {
            return new Held(null, null, new Refusal(RefusalReason.SubjectTokenMalformed));
        }

        if (!(await ownTokens.ReadAsync(jwt)).Passed(out var token, out var refusal))
        {
            return new Held(null, null, refusal);
        }

        return (await ownTokens.JudgeAsync(token, catalog, now, cancellationToken)).Passed(out var own, out refusal) ? new Held(token, own, null) : new Held(token, null, refusal);
    }

    // Whom and what it is about, as far as the token can be believed; where the agent calls from is the relying app's word.
    private static ExchangeRecord Learn(ExchangeRecord record, EvaluationQuestion question, Held held) => Add(
        record with
        {
            Resource = RecordText.Harmless(question.Resource.Value),
            RequestedScopes = RecordText.Harmless(question.Scope),
            SubjectTokenHash = Fingerprint.OfToken(question.Token),
            Subject = held.Token?.Subject,
            SubjectIssuer = held.Good?.Facts.Issuer,
            Chain = held.Token?.Chain.ToJson().ToJsonString(),
            Purpose = held.Token?.Purpose,
            Delegation = held.Token?.Delegation,
            Session = held.Token?.Session,
            TokenId = held.Token?.Id,
            ExpiresAt = held.Token?.ExpiresAt,
        },
        question.Source is null ? null : $"the agent calls from {question.Source}");

    private static ExchangeRecord Add(ExchangeRecord record, string? detail) =>
        detail is null ? record : record with { Detail = record.Detail is null ? RecordText.Harmless(detail) : $"{record.Detail}; {RecordText.Harmless(detail)}" };

    /// <summary>A token that was looked at.</summary>
    /// <param name="Token">What it says; null when it is none of ours.</param>
    /// <param name="Good">What is known of it; null when it is not good now.</param>
    /// <param name="Refusal">Why one of them is null.</param>
    private sealed record Held(ActorToken? Token, SubjectToken.OwnToken? Good, Refusal? Refusal);
}
