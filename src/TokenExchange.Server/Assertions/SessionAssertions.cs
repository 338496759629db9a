using System.Text.Json;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Assertions;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// Verifies session assertions: signed JWTs by which a trusted issuer says that this user has this authenticated session. Claims are taken by
/// allow-list; nothing else of the assertion goes any further.
/// </summary>
public sealed class SessionAssertions(TrustedJwts trusted, IOptions<ExchangeSettings> settings)
{
    // Methods are copied into tokens; nobody authenticates in more ways at once.
    private const int MaxMethods = 16;

    private readonly string _ownIssuer = settings.Value.Issuer;
    private readonly TimeSpan _skew = settings.Value.ClockSkew;

    /// <summary>Verifies one.</summary>
    public async Task<Checked<SubjectToken>> VerifyAsync(
        CompactJwt jwt, string tokenType, string clientId, Catalog catalog, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await trusted.VerifyAsync(jwt, tokenType == TokenTypes.IdToken ? "id_token" : "jwt", catalog, now, cancellationToken)).Passed(out var genuine, out var refusal)
            ? Judge(genuine, clientId, catalog, now)
            : refusal;

    /// <summary>Judges what a genuine assertion says: whom it stands for, for how long, and what policies may know of them. Pure.</summary>
    public Checked<SubjectToken> Judge(TrustedJwt genuine, string clientId, Catalog catalog, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(genuine);
        ArgumentNullException.ThrowIfNull(catalog);
        var (issuer, claims, iat, exp) = genuine;

        if (!IsPresenter(claims, issuer, clientId))
        {
            return RefusalReason.WrongPresenter;
        }

        if (!TryReadMayAct(claims, out var mayAct))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "may_act");
        }

        if (!ReadSubject(claims, issuer, catalog).Passed(out var subject, out var refusal) || !ReadUse(claims, issuer, iat).Passed(out var usage, out refusal)
            || !ReadAuthentication(claims, now).Passed(out var authentication, out refusal))
        {
            return refusal;
        }

        if (!TryReadScopes(claims, issuer, out var scopes))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, issuer.Claims.Scope);
        }

        if (!ReadSession(claims, issuer, subject, authentication, iat).Passed(out var session, out refusal))
        {
            return refusal;
        }

        return new SubjectToken.SessionAssertion(iat - _skew, scopes, mayAct, usage.Once)
        {
            Subject = subject,
            Facts = new SubjectFacts(issuer.Issuer, ClaimsFor(catalog.Policies, claims), authentication),
            Session = session,
            ExpiresAt = exp,
        };
    }

    // Each of these judges one thing and knows nothing of the others, as in TrustedJwts.

    /// <summary>A presenter, where configured, must be this client.</summary>
    internal static bool IsPresenter(JsonElement claims, IssuerDefinition issuer, string clientId) =>
        issuer.Claims.Presenter is not { } claim || (JsonClaims.TryGetString(claims, claim, out var presenter) && string.Equals(presenter, clientId, StringComparison.Ordinal));

    /// <summary>Who may act; null when it does not say. False when it cannot be read.</summary>
    internal static bool TryReadMayAct(JsonElement claims, out MayAct? mayAct)
    {
        mayAct = null;
        return !claims.TryGetProperty(ClaimNames.MayAct, out var json) || MayAct.TryRead(json, out mayAct);
    }

    /// <summary>The user, as this server calls them.</summary>
    internal Checked<string> ReadSubject(JsonElement claims, IssuerDefinition issuer, Catalog catalog) =>
        JsonClaims.TryGetString(claims, ClaimNames.Subject, out var sub) ? SubjectNames.User(issuer, sub, catalog, _ownIssuer) : new Refusal(RefusalReason.SubjectTokenClaims, "sub");

    /// <summary>How often it counts.</summary>
    internal static Checked<Usage> ReadUse(JsonElement claims, IssuerDefinition issuer, DateTimeOffset iat)
    {
        if (!JsonClaims.TryGetOptionalString(claims, ClaimNames.TokenId, out var jti) || (issuer.SingleUse && jti is null))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "jti");
        }

        return new Usage(issuer.SingleUse ? new SingleUse(Fingerprint.Of("assertion", issuer.Issuer, jti!), iat + issuer.MaxAssertionAge) : null);
    }

    /// <summary>When and how the user signed in. A sign-in in the future would satisfy every rule of freshness.</summary>
    internal Checked<UserAuthentication> ReadAuthentication(JsonElement claims, DateTimeOffset now) =>
        JsonClaims.TryGetOptionalInstant(claims, ClaimNames.AuthTime, out var time) && !(time > now + _skew)
        && JsonClaims.TryGetOptionalString(claims, ClaimNames.AuthenticationContext, out var acr)
        && JsonClaims.TryGetStrings(claims, ClaimNames.AuthenticationMethods, out var amr) && amr.Count <= MaxMethods && amr.All(JsonClaims.IsIdentifier)
            ? new UserAuthentication(time, acr, amr)
            : new Refusal(RefusalReason.SubjectTokenClaims, "auth_time, acr or amr");

    /// <summary>What the session is limited to; null when it does not say, or is not asked. False when it cannot be read.</summary>
    internal static bool TryReadScopes(JsonElement claims, IssuerDefinition issuer, out ScopeSet? scopes)
    {
        scopes = null;
        return issuer.Claims.Scope is not { } claim || !claims.TryGetProperty(claim, out var json)
            || (json.ValueKind == JsonValueKind.String && ScopeSet.TryParse(json.GetString(), out scopes));
    }

    /// <summary>The session, as this server calls it.</summary>
    internal static Checked<string> ReadSession(JsonElement claims, IssuerDefinition issuer, string subject, UserAuthentication authentication, DateTimeOffset iat) =>
        !JsonClaims.TryGetOptionalString(claims, issuer.Claims.Session, out var session) ? new Refusal(RefusalReason.SubjectTokenClaims, issuer.Claims.Session)
        : session is null ? SubjectNames.Session(issuer, subject, authentication.Time ?? iat)
        : SubjectNames.Session(issuer, subject, session);

    /// <summary>
    /// What policies may know: only what they look at. A claim they look at that is absent is known to be absent; one that cannot be read, or is kept elsewhere
    /// (OpenID Connect Core §5.6.2), is left out: unknown, which counts against the agent.
    /// </summary>
    internal static Dictionary<string, IReadOnlyList<string>> ClaimsFor(PolicySet policies, JsonElement claims) =>
        policies.ReferencedClaims
            .Select(name => (Name: name, Values: Values(claims, name)))
            .Where(c => c.Values is not null)
            .ToDictionary(c => c.Name, c => c.Values!, StringComparer.Ordinal);

    private static IReadOnlyList<string>? Values(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return claims.TryGetProperty("_claim_names", out var elsewhere) && (elsewhere.ValueKind != JsonValueKind.Object || elsewhere.TryGetProperty(name, out _)) ? null : [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array when value.EnumerateArray().All(IsScalar) => [.. value.EnumerateArray().Select(Text)],
            _ when IsScalar(value) => [Text(value)],
            _ => null,
        };

        static bool IsScalar(JsonElement e) => e.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
        static string Text(JsonElement e) => e.ValueKind == JsonValueKind.String ? e.GetString()! : e.GetRawText();
    }

    /// <summary>Set when it can be used once only.</summary>
    internal sealed record Usage(SingleUse? Once);
}
