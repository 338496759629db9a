using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Api;
using TokenExchange.Server.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Exchange;

/// <summary>What is learned during an exchange, for its record. Holds no token: what was presented is known by its hash.</summary>
public sealed class ExchangeAttempt
{
    private ExchangeRecord _record;

    /// <summary>Begins with what the request says of itself.</summary>
    public ExchangeAttempt(ExchangeForm form, Caller caller, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(caller);
        Now = now;
        _record = new ExchangeRecord
        {
            At = now,
            Kind = RecordKind.Refusal,
            Reason = string.Empty,
            ClientId = RecordText.Printable(caller.ClientId),
            Source = caller.Source?.ToString(),
            Resource = RecordText.Harmless(form.Value("resource") ?? form.Value("audience")),
            Purpose = RecordText.Harmless(form.Value("purpose")),
            RequestedScopes = RecordText.Harmless(form.Value("scope")),
            SubjectTokenHash = Hash(form.Value("subject_token")),
            ActorTokenHash = Hash(form.Value("actor_token")),
        };
    }

    /// <summary>The one instant of the whole exchange.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The subject token is genuine.</summary>
    public void Learn(SubjectToken subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var own = subject as SubjectToken.OwnToken;
        _record = _record with
        {
            Subject = subject.Subject, SubjectIssuer = subject.Facts.Issuer, Session = subject.Session, ParentTokenId = own?.Token.Id, Delegation = own?.Token.Delegation,
        };
    }

    /// <summary>The chain that would result.</summary>
    public void Learn(ActChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        _record = _record with { Chain = chain.ToJson().ToJsonString() };
    }

    /// <summary>The policy set was asked and has answered.</summary>
    public void Learn(PolicyQuestion question, Decision decision, PolicySet policies, ResourceDefinition resource)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(resource);
        _record = _record with
        {
            PolicySetVersion = decision.PolicySetVersion,
            Question = MayHoldASecret(question, policies, resource) ? null : RecordedQuestion.Of(policies, question, decision),
        };
        if (decision is Decision.Permit permit)
        {
            _record = _record with { Purpose = permit.Purpose, Policy = permit.Policy.Name };
        }
    }

    /// <summary>The delegation it belongs to.</summary>
    public void Learn(Delegation delegation)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        _record = _record with { Delegation = delegation.Id };
    }

    /// <summary>The record of a refusal.</summary>
    public ExchangeRecord Refused(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return _record with { Kind = RecordKind.Refusal, Reason = RefusalWire.For(refusal.Reason).Code, Detail = RecordText.Harmless(refusal.Detail) };
    }

    /// <summary>The record of a permit.</summary>
    public ExchangeRecord Permitted(ActorToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _record with
        {
            Kind = RecordKind.Permit, Reason = "permitted", TokenId = token.Id, GrantedScopes = token.Scopes.ToString(), ExpiresAt = token.ExpiresAt, Resource = token.Audience.Value,
        };
    }

    /// <summary>The record of a token for this server's own API, which stands for no user.</summary>
    public ExchangeRecord Permitted(ApiToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _record with { Kind = RecordKind.ApiToken, Reason = "permitted", TokenId = token.Id, GrantedScopes = token.Scopes.ToString(), ExpiresAt = token.ExpiresAt, Resource = token.Issuer };
    }

    // What an administrator has named is no secret. Anything else was made up by whoever sent it, and a question is kept exactly or not at all.
    private static bool MayHoldASecret(PolicyQuestion question, PolicySet policies, ResourceDefinition resource) =>
        (question.Purpose is { } purpose && policies.FindPurpose(purpose) is null && !RecordText.IsHarmless(purpose))
        || (question.RequestedScopes is { } scopes && scopes.Any(s => !resource.Scopes.Any(known => string.Equals(known.Name, s, StringComparison.Ordinal)) && !RecordText.IsHarmless(s)))
        || question.Subject.Claims.Values.Any(values => values.Any(RecordText.MayHoldAToken));

    private static string? Hash(string? token) => token is null ? null : Fingerprint.OfToken(token);
}
