using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// The claims of an actor token, what this server issues: the user is the subject, the agent stands in <c>act</c>, one resource, one purpose.
/// The same type writes the claims at the server and reads them at the server and at the relying app.
/// </summary>
public sealed record ActorToken
{
    // Generously: alg, kid, typ and a signature.
    private const int HeaderAndSignature = 1024;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoClaims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary><c>iss</c>: the server, as an exact string.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: the user, the same along the whole chain.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: the one resource.</summary>
    public required ResourceIndicator Audience { get; init; }

    /// <summary><c>client_id</c>: the agent that asked.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>act</c>: the current actor and those before it.</summary>
    public required ActChain Chain { get; init; }

    /// <summary><c>scope</c>: never empty.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary><c>purpose</c>: the purpose id.</summary>
    public required string Purpose { get; init; }

    /// <summary><c>txn</c>: the delegation.</summary>
    public required string Delegation { get; init; }

    /// <summary><c>sid</c>: opaque id of the root session.</summary>
    public required string Session { get; init; }

    /// <summary><c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>iat</c> and <c>nbf</c>, whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>, whole seconds; the first instant at which the token is no longer good.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>auth_time</c>, <c>acr</c>, <c>amr</c>.</summary>
    public required UserAuthentication Authentication { get; init; }

    /// <summary><c>subject_issuer</c>: the trusted issuer that vouched for the user; null when the token does not say.</summary>
    public string? SubjectIssuer { get; init; }

    /// <summary><c>subject_claims</c>: what policies here look at of the user, by name; a name that is missing is unknown.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SubjectClaims { get; init; } = NoClaims;

    /// <summary><c>may_act</c>: to whom the current actor may hand on; null when to nobody.</summary>
    public MayAct? MayAct { get; init; }

    /// <summary>Writes the claims in the order of <c>docs/protocol.md</c>; absent ones are left out.</summary>
    public JsonObject ToClaims()
    {
        var claims = new JsonObject
        {
            [ClaimNames.Issuer] = Issuer,
            [ClaimNames.Audience] = Audience.Value,
            [ClaimNames.ExpiresAt] = ExpiresAt.ToUnixTimeSeconds(),
            [ClaimNames.NotBefore] = IssuedAt.ToUnixTimeSeconds(),
            [ClaimNames.IssuedAt] = IssuedAt.ToUnixTimeSeconds(),
            [ClaimNames.TokenId] = Id,
            [ClaimNames.Subject] = Subject,
            [ClaimNames.ClientId] = ClientId,
            [ClaimNames.Actor] = Chain.ToJson(),
            [ClaimNames.Scope] = Scopes.ToString(),
            [ClaimNames.Purpose] = Purpose,
            [ClaimNames.Transaction] = Delegation,
            [ClaimNames.SessionId] = Session,
        };
        if (Authentication.Time is { } time)
        {
            claims[ClaimNames.AuthTime] = time.ToUnixTimeSeconds();
        }

        if (Authentication.ContextClass is { } acr)
        {
            claims[ClaimNames.AuthenticationContext] = acr;
        }

        if (Authentication.Methods.Count > 0)
        {
            claims[ClaimNames.AuthenticationMethods] = new JsonArray([.. Authentication.Methods.Select(m => JsonValue.Create(m))]);
        }

        if (SubjectIssuer is not null)
        {
            claims[ClaimNames.SubjectIssuer] = SubjectIssuer;
        }

        if (SubjectClaims.Count > 0)
        {
            claims[ClaimNames.SubjectClaims] = new JsonObject(SubjectClaims.OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => KeyValuePair.Create<string, JsonNode?>(c.Key, new JsonArray([.. c.Value.Select(v => JsonValue.Create(v))]))));
        }

        if (MayAct is not null)
        {
            claims[ClaimNames.MayAct] = MayAct.ToJson();
        }

        return claims;
    }

    /// <summary>Whether the signed token would be longer than <see cref="CompactJwt.MaxLength"/>, beyond which no token is read here or in relying apps.</summary>
    public bool IsTooLong() => (Encoding.UTF8.GetByteCount(ToClaims().ToJsonString()) * 4 / 3) + HeaderAndSignature > CompactJwt.MaxLength;

    /// <summary>
    /// Reads the claims of a token whose signature was verified. False, with a sentence about the first claim that is missing or malformed,
    /// when they are not those of an actor token. Whether the token is expired or meant for the reader is the caller's to check.
    /// </summary>
    public static bool TryRead(JsonElement claims, [NotNullWhen(true)] out ActorToken? token, [NotNullWhen(false)] out string? problem)
    {
        token = null;
        problem = null;
        if (claims.ValueKind != JsonValueKind.Object)
        {
            problem = "the payload is not a JSON object";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.Issuer, out var issuer))
        {
            problem = "iss is missing or malformed";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.Subject, out var subject))
        {
            problem = "sub is missing or malformed";
        }
        else if (!JsonClaims.TryGetStrings(claims, ClaimNames.Audience, out var audiences) || audiences.Count != 1 || !ResourceIndicator.TryParse(audiences[0], out var audience))
        {
            problem = "aud is not exactly one resource";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.ClientId, out var clientId))
        {
            problem = "client_id is missing or malformed";
        }
        else if (!JsonClaims.TryFind(claims, ClaimNames.Actor, out var found) || found is not { } act || !JsonClaims.IsReadable(act) || !ActChain.TryRead(act, out var chain))
        {
            problem = "act is missing or malformed";
        }
        else if (!JsonClaims.TryFind(claims, ClaimNames.Scope, out found) || found is not { } scope || !JsonClaims.TryGetText(scope, out var text) || !ScopeSet.TryParse(text, out var scopes))
        {
            problem = "scope is missing or malformed";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.Purpose, out var purpose))
        {
            problem = "purpose is missing or malformed";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.Transaction, out var delegation))
        {
            problem = "txn is missing or malformed";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.SessionId, out var session))
        {
            problem = "sid is missing or malformed";
        }
        else if (!JsonClaims.TryGetString(claims, ClaimNames.TokenId, out var id))
        {
            problem = "jti is missing or malformed";
        }
        else if (!JsonClaims.TryGetInstant(claims, ClaimNames.IssuedAt, out var issuedAt))
        {
            problem = "iat is missing or malformed";
        }
        else if (!JsonClaims.TryGetInstant(claims, ClaimNames.ExpiresAt, out var expiresAt))
        {
            problem = "exp is missing or malformed";
        }
        else if (!JsonClaims.TryGetOptionalInstant(claims, ClaimNames.AuthTime, out var authTime))
        {
            problem = "auth_time is malformed";
        }
        else if (!JsonClaims.TryGetOptionalString(claims, ClaimNames.AuthenticationContext, out var acr))
        {
            problem = "acr is malformed";
        }
        else if (!JsonClaims.TryGetStrings(claims, ClaimNames.AuthenticationMethods, out var amr))
        {
            problem = "amr is malformed";
        }
        else if (!JsonClaims.TryGetOptionalString(claims, ClaimNames.SubjectIssuer, out var subjectIssuer))
        {
            problem = "subject_issuer is malformed";
        }
        else if (!TryReadSubjectClaims(claims, out var subjectClaims))
        {
            problem = "subject_claims is malformed";
        }
        else
        {
            MayAct? mayAct = null;
            if (!JsonClaims.TryFind(claims, ClaimNames.MayAct, out found) || (found is { } may && !MayAct.TryRead(may, out mayAct)))
            {
                problem = "may_act is malformed";
                return false;
            }

            token = new ActorToken
            {
                Issuer = issuer, Subject = subject, Audience = audience, ClientId = clientId, Chain = chain, Scopes = scopes, Purpose = purpose,
                Delegation = delegation, Session = session, Id = id, IssuedAt = issuedAt, ExpiresAt = expiresAt,
                Authentication = new UserAuthentication(authTime, acr, amr), SubjectIssuer = subjectIssuer, SubjectClaims = subjectClaims, MayAct = mayAct,
            };
            return true;
        }

        return false;
    }

    private static bool TryReadSubjectClaims(JsonElement claims, out IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        values = NoClaims;
        if (!JsonClaims.TryFind(claims, ClaimNames.SubjectClaims, out var found))
        {
            return false;
        }

        if (found is not { } json)
        {
            return true;
        }

        if (json.ValueKind != JsonValueKind.Object || !JsonClaims.IsReadable(json))
        {
            return false;
        }

        var read = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var claim in json.EnumerateObject())
        {
            if (claim.Value.ValueKind != JsonValueKind.Array || claim.Value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
            {
                return false;
            }

            read[claim.Name] = [.. claim.Value.EnumerateArray().Select(v => v.GetString()!)];
        }

        values = read;
        return true;
    }
}
