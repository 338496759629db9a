using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Exchange;

/// <summary>
/// The story of one exchange, in the order of RFC 8693 and of <c>docs/how-an-exchange-works.md</c>: a user's session assertion, or an actor token in hand,
/// becomes a narrower actor token for one purpose at one resource. Whatever the end, it is on record before anything is answered.
/// </summary>
public sealed class TokenExchanger(
    CatalogSource catalogs, SubjectTokens subjectTokens, ActorTokens actorTokens, DelegationStore delegations, ExchangeLedger ledger, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private readonly string _issuer = settings.Value.Issuer;

    /// <summary>Exchanges, or refuses. Throws only for a bug or an outage; then nothing is issued.</summary>
    public async Task<ExchangeOutcome> ExchangeAsync(ExchangeForm form, Caller caller, CancellationToken cancellationToken)
    {
        var attempt = new ExchangeAttempt(form, caller, clock.GetUtcNow());
        if (!(await TryAsync(attempt, form, caller, cancellationToken)).Passed(out var token, out var refusal))
        {
            // Who hangs up is on record all the same.
            await ledger.RecordAsync(attempt.Refused(refusal), CancellationToken.None);
            return new ExchangeOutcome.Refused(refusal);
        }

        return new ExchangeOutcome.Issued(token);
    }

    private async Task<Checked<ActorToken>> TryAsync(ExchangeAttempt attempt, ExchangeForm form, Caller caller, CancellationToken cancellationToken)
    {
        var now = attempt.Now;
        var catalog = await catalogs.CurrentAsync(cancellationToken);

        // 1. OpenIddict has authenticated the client. It must be an agent, and its request readable.
        if (catalog.FindAgent(caller.ClientId, now) is not { } agent)
        {
            return RefusalReason.ClientMayNotExchange;
        }

        if (!ExchangeRequest.Read(form).Passed(out var request, out var refusal))
        {
            return refusal;
        }

        // 2. The subject token, own or foreign, becomes a value: genuine, current, meant for us.
        if (!(await subjectTokens.VerifyAsync(request, agent.ClientId, catalog, now, cancellationToken)).Passed(out var subject, out refusal))
        {
            return refusal;
        }

        attempt.Learn(subject);
        if (catalog.FindResource(request.Resource) is not { } resource)
        {
            return RefusalReason.ResourceNotPermitted;
        }

        // 3. and 4. Who acts, may they act for this subject, and what chain of actors would that make?
        if (!(await WhoActsAsync(request, agent, catalog, now, cancellationToken)).Passed(out var actor, out refusal)
            || !ActorStep.Take(subject, actor, request.Resource, catalog, _issuer, now).Passed(out var step, out refusal))
        {
            return refusal;
        }

        attempt.Learn(step.Chain);
        if (step.Purpose is { } bound && request.Purpose is { } asked && !string.Equals(bound, asked, StringComparison.Ordinal))
        {
            return new Refusal(RefusalReason.PurposeNotPermitted, "the token in hand is bound to another purpose");
        }

        // 5. The policy set decides. A chain keeps the purpose it began with.
        var hop = new Hop(subject, agent, ResourceIndicator.Parse(resource.Resource), step, now);
        var question = hop.Ask(request.Purpose, request.Scopes, caller.Source);
        var decision = PolicyEvaluator.Decide(catalog.Policies, question);
        attempt.Learn(question, decision, catalog.Policies, resource);
        if (decision is not Decision.Permit permit)
        {
            return Refusal.For((Decision.Deny)decision);
        }

        // 6. Narrow: each of lifetime, delegation and depth is the smallest of what everyone allows.
        var delegation = step.Delegation ?? await StartOrContinueAsync(subject, agent, permit.Purpose, now, cancellationToken);
        attempt.Learn(delegation);
        if (!hop.Narrow(permit, catalog.Policies, delegation, _issuer, RandomId.New()).Passed(out var narrowed, out refusal))
        {
            return refusal;
        }

        // 7. No record, no token: both become durable in one transaction, or neither.
        var token = narrowed.Token;
        var issued = step.Remember(token, delegation, permit.Policy, narrowed.DelegationEndsAt, subject.Facts.Claims);
        var committed = await ledger.CommitAsync(attempt.Permitted(token), issued, (subject as SubjectToken.SessionAssertion)?.Use, cancellationToken);

        // 8. OpenIddict signs what is returned here.
        return committed switch
        {
            CommitOutcome.Committed => token,
            CommitOutcome.Replayed => RefusalReason.SubjectTokenReplayed,
            CommitOutcome.Revoked => RefusalReason.SubjectTokenRevoked,
        };
    }

    // The client itself, or the instance of it that an actor token names.
    private async Task<Checked<Actor>> WhoActsAsync(ExchangeRequest request, ClientDefinition agent, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken) =>
        request.ActorToken is { } actorToken
            ? await actorTokens.VerifyAsync(actorToken, agent, catalog, now, cancellationToken)
            : new Actor(agent.ClientId, _issuer, agent.Kind);

    private async Task<Delegation> StartOrContinueAsync(SubjectToken subject, ClientDefinition agent, string purpose, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The user's authentication is part of the key: who signs in again lends anew, who does not goes on with what was lent.
        var authenticated = subject.Facts.Authentication.Time?.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
        var key = Fingerprint.Of("delegation", subject.Session, authenticated, agent.ClientId, purpose);
        return await delegations.FindAsync(key, cancellationToken)
            ?? await delegations.StartAsync(new Delegation(RandomId.New(), key, subject.Session, subject.Subject, subject.Facts.Issuer, agent.ClientId, purpose, now), cancellationToken);
    }
}
