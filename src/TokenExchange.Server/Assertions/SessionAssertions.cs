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

        // A presenter, where configured, must be this client.
        if (issuer.Claims.Presenter is { } presenterClaim
            && !(JsonClaims.TryGetString(claims, presenterClaim, out var presenter) && string.Equals(presenter, clientId, StringComparison.Ordinal)))
        {
            return RefusalReason.WrongPresenter;
        }

        MayAct? mayAct = null;
        if (claims.TryGetProperty(ClaimNames.MayAct, out var may) && !MayAct.TryRead(may, out mayAct))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "may_act");
        }

        if (!ReadSubject(claims, issuer, catalog).Passed(out var subject, out var refusal) || !ReadUse(claims, issuer, iat).Passed(out var usage, out refusal))
        {
            return refusal;
        }

        // A sign-in in the future would satisfy every rule of freshness.
        if (!TryReadAuthentication(claims, out var authentication) || authentication.Time > now + _skew)
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "auth_time, acr or amr");
        }

        ScopeSet? scopes = null;
        if (issuer.Claims.Scope is { } scopeClaim && claims.TryGetProperty(scopeClaim, out var scope)
            && !(scope.ValueKind == JsonValueKind.String && ScopeSet.TryParse(scope.GetString(), out scopes)))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, scopeClaim);
        }

        if (!JsonClaims.TryGetOptionalString(claims, issuer.Claims.Session, out var session))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, issuer.Claims.Session);
        }

        return new SubjectToken.SessionAssertion(iat - _skew, scopes, mayAct, usage.Once)
        {
            Subject = subject,
            Facts = new SubjectFacts(issuer.Issuer, ClaimsFor(catalog.Policies, claims), authentication),

            Session = session is null ? SubjectNames.Session(issuer, subject, authentication.Time ?? iat) : SubjectNames.Session(issuer, subject, session),
            ExpiresAt = exp,
        };
    }

    private Checked<string> ReadSubject(JsonElement claims, IssuerDefinition issuer, Catalog catalog) =>
        JsonClaims.TryGetString(claims, ClaimNames.Subject, out var sub) ? SubjectNames.User(issuer, sub, catalog, _ownIssuer) : new Refusal(RefusalReason.SubjectTokenClaims, "sub");

    private static Checked<Usage> ReadUse(JsonElement claims, IssuerDefinition issuer, DateTimeOffset iat)
    {
        if (!JsonClaims.TryGetOptionalString(claims, ClaimNames.TokenId, out var jti) || (issuer.SingleUse && jti is null))
        {
            return new Refusal(RefusalReason.SubjectTokenClaims, "jti");
        }

        return new Usage(issuer.SingleUse ? new SingleUse(Fingerprint.Of("assertion", issuer.Issuer, jti!), iat + issuer.MaxAssertionAge) : null);
    }

    private static bool TryReadAuthentication(JsonElement claims, out UserAuthentication authentication)
    {
        var ok = JsonClaims.TryGetOptionalInstant(claims, ClaimNames.AuthTime, out var time)
            & JsonClaims.TryGetOptionalString(claims, ClaimNames.AuthenticationContext, out var acr)
            & (JsonClaims.TryGetStrings(claims, ClaimNames.AuthenticationMethods, out var amr) && amr.Count <= MaxMethods && amr.All(JsonClaims.IsIdentifier));
        authentication = new UserAuthentication(time, acr, amr);
        return ok;
    }

    // Only what policies look at is kept. A claim they look at that is absent is known to be absent; one that cannot be read, or is kept elsewhere
    // (OpenID Connect Core §5.6.2), is left out: unknown, which counts against the agent.
    private static Dictionary<string, IReadOnlyList<string>> ClaimsFor(PolicySet policies, JsonElement claims) =>
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

    private sealed record Usage(SingleUse? Once);
}
