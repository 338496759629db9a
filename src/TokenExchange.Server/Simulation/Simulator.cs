using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Simulation;

/// <summary>How an exchange would end.</summary>
/// <param name="Agent">The agent whose hop answers: the one that asks, or the first before it that is refused.</param>
/// <param name="Trace">What policy says and why; null when it would not be asked.</param>
/// <param name="Refusal">Why there would be no token; null when there would be one.</param>
/// <param name="Token">The token, with words where ids would be; null when there would be none.</param>
public sealed record SimulatedExchange(string Agent, PolicyTrace? Trace, Refusal? Refusal, ActorToken? Token);

/// <summary>
/// Tries an exchange: the steps of <see cref="TokenExchanger"/> by the same code, from an assertion that nobody signed to a token that nobody signs. Nothing is
/// written; what only the database knows (revocations, used assertions, delegations begun earlier) is left out.
/// </summary>
public sealed class Simulator(SessionAssertions assertions, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    private const string NewId = "(new id)";
    private const string Delegation = "(delegation)";
    private const string Session = "(session)";

    private readonly string _issuer = settings.Value.Issuer;

    /// <summary>Tries what was judged right.</summary>
    public SimulatedExchange Try(SimulationInput input, Catalog catalog)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(catalog);
        var now = input.At ?? clock.GetUtcNow();
        var last = new SimulatedHop { Agent = input.Agent, Resource = input.Resource, Scopes = input.Scopes };
        IReadOnlyList<SimulatedHop> hops = [.. input.Earlier, last];
        if (!Assert(input.Subject, hops[0].Agent, catalog, now).Passed(out var subject, out var refusal))
        {
            return new SimulatedExchange(hops[0].Agent, null, refusal, null);
        }

        foreach (var hop in hops)
        {
            var (ended, handedOn) = Take(hop, subject, input, catalog, now);
            if (ReferenceEquals(hop, last) || ended.Refusal is not null)
            {
                return ended;
            }

            subject = handedOn!;
        }

        throw new InvalidOperationException("The last hop did not end.");
    }

    private (SimulatedExchange Ended, SubjectToken? HandedOn) Take(SimulatedHop wanted, SubjectToken subject, SimulationInput input, Catalog catalog, DateTimeOffset now)
    {
        (SimulatedExchange, SubjectToken?) Refused(Refusal refusal, PolicyTrace? trace = null) => (new SimulatedExchange(wanted.Agent, trace, refusal, null), null);
        if (catalog.FindAgent(wanted.Agent, now) is not { } agent)
        {
            return Refused(new Refusal(RefusalReason.ClientMayNotExchange));
        }

        var resource = ResourceIndicator.Parse(wanted.Resource ?? input.Resource);
        if (catalog.FindResource(resource) is not { } registered)
        {
            return Refused(new Refusal(RefusalReason.ResourceNotPermitted, "not a resource, or disabled"));
        }

        if (!ActorStep.Take(subject, new Actor(agent.ClientId, _issuer, agent.Kind), resource, catalog, _issuer, now).Passed(out var step, out var refusal))
        {
            return Refused(refusal);
        }

        var hop = new Hop(subject, agent, ResourceIndicator.Parse(registered.Resource), step, now);
        var question = hop.Ask(input.Purpose, wanted.Scopes is null ? null : ScopeSet.Of(wanted.Scopes), input.Source is null ? null : IPAddress.Parse(input.Source));
        var trace = PolicyEvaluator.Explain(catalog.Policies, question);
        if (trace.Decision is not Decision.Permit permit)
        {
            return Refused(Refusal.For((Decision.Deny)trace.Decision), trace);
        }

        var delegation = step.Delegation ?? new Delegation(Delegation, Delegation, Session, subject.Subject, subject.Facts.Issuer, agent.ClientId, permit.Purpose, now);
        if (!hop.Narrow(permit, catalog.Policies, delegation, _issuer, NewId).Passed(out var narrowed, out refusal))
        {
            return Refused(refusal, trace);
        }

        var issued = step.Remember(narrowed.Token, delegation, permit.Policy, narrowed.DelegationEndsAt, subject.Facts.Claims);
        return (new SimulatedExchange(agent.ClientId, trace, null, narrowed.Token), new SubjectToken.OwnToken(narrowed.Token, issued)
        {
            Subject = subject.Subject, Facts = subject.Facts, Session = subject.Session, ExpiresAt = narrowed.Token.ExpiresAt,
        });
    }

    // An assertion as its issuer would write it this instant, judged as if its signature had been right.
    private Checked<SubjectToken> Assert(SimulatedSubject subject, string agent, Catalog catalog, DateTimeOffset now)
    {
        if (string.Equals(subject.Issuer, _issuer, StringComparison.Ordinal) || catalog.FindIssuer(subject.Issuer) is not { } issuer || issuer.TokenTypes.Contains(ActorTokens.Workload, StringComparer.Ordinal))
        {
            return new Refusal(RefusalReason.IssuerNotTrusted, subject.Issuer);
        }

        var (issuedAt, expiresAt) = (TokenLifetime.WholeSeconds(now), subject.ExpiresAt ?? now + issuer.MaxAssertionAge);
        if (expiresAt <= now)
        {
            return RefusalReason.SubjectTokenExpired;
        }

        var claims = subject.Claims is { } others ? JsonNode.Parse(others.GetRawText())!.AsObject() : [];
        claims[ClaimNames.Issuer] = subject.Issuer;
        claims[ClaimNames.Subject] = subject.Sub;
        claims[ClaimNames.TokenId] ??= NewId;
        if (issuer.Claims.Presenter is { } presenter)
        {
            claims[presenter] ??= agent;
        }

        if (subject.AuthTime is { } time)
        {
            claims[ClaimNames.AuthTime] = time.ToUnixTimeSeconds();
        }

        if (subject.Acr is { } acr)
        {
            claims[ClaimNames.AuthenticationContext] = acr;
        }

        if (subject.Amr.Count > 0)
        {
            claims[ClaimNames.AuthenticationMethods] = new JsonArray([.. subject.Amr.Select(m => JsonValue.Create(m))]);
        }

        var genuine = new TrustedJwt(issuer, JsonSerializer.SerializeToElement(claims), issuedAt, TokenLifetime.WholeSeconds(expiresAt));
        return assertions.Judge(genuine, agent, catalog, now).Passed(out var judged, out var refusal) ? judged with { Session = Session } : refusal;
    }
}
