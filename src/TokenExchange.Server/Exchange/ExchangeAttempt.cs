using System.Text;
using System.Text.RegularExpressions;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Exchange;

/// <summary>What is learned during an exchange, for its record. Holds no token: what was presented is known by its hash.</summary>
public sealed partial class ExchangeAttempt
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
            ClientId = Printable(caller.ClientId),
            Source = caller.Source?.ToString(),
            Resource = Harmless(form.Value("resource") ?? form.Value("audience")),
            Purpose = Harmless(form.Value("purpose")),
            RequestedScopes = Harmless(form.Value("scope")),
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

    /// <summary>The policy set has answered.</summary>
    public void Learn(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        _record = _record with { PolicySetVersion = decision.PolicySetVersion };
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
        return _record with { Kind = RecordKind.Refusal, Reason = RefusalWire.For(refusal.Reason).Code, Detail = Harmless(refusal.Detail) };
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

    private static string? Hash(string? token) => token is null ? null : Fingerprint.OfToken(token);

    // What strangers send may be a token or a secret in the wrong place, and a record holds none: what could be one is known by its hash.
    private static string? Harmless(string? text) =>
        text is null ? null : Printable(Base64().Replace(Secretive().Replace(text, Hash), found => LooksRandom(found.Value) ? Hash(found) : found.Value));

    private static string Hash(Match found) => $"sha256:{Fingerprint.OfToken(found.Value)}";

    // In the other alphabet of base64 a run also looks like a path; paths seldom have capital and small letters and digits at once.
    private static bool LooksRandom(string run) => run.Any(char.IsAsciiLetterUpper) && run.Any(char.IsAsciiLetterLower) && run.Any(char.IsAsciiDigit);

    [GeneratedRegex("[A-Za-z0-9+/=_~-]{40,}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Base64();

    // It may also hold line breaks and other things that cannot be seen, and a record is shown to people.
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(r => JsonClaims.IsVisible(r) ? r : Rune.ReplacementChar));

    // The beginning of a JWT, or as long a run as a secret or a signature: ours are 43 characters, theirs 43 and more. Names with so long a run are rare.
    [GeneratedRegex(@"[A-Za-z0-9_-]*eyJ[A-Za-z0-9_.-]*|[A-Za-z0-9_-]{40,}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Secretive();
}
