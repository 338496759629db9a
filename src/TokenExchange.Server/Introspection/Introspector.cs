using System.Text.Json.Nodes;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Introspection;

/// <summary>
/// Says whether a token is good (RFC 7662), to a client of the resource it is for and to nobody else: whoever else asks learns only "not active",
/// which is also the answer for a token that is expired, revoked, unknown or no token at all (§2.2).
/// </summary>
public sealed class Introspector(CatalogSource catalogs, OwnTokens ownTokens, ExchangeLedger ledger, TimeProvider clock)
{
    /// <summary>Introspects a token for an authenticated client.</summary>
    public async Task<JsonObject> IntrospectAsync(string token, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var now = clock.GetUtcNow();
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (!CompactJwt.TryParse(token, out var jwt) || !(await ownTokens.VerifyAsync(jwt, catalog, now, cancellationToken)).Passed(out var own, out _))
        {
            return Inactive();
        }

        if (catalog.FindResource(own.Token.Audience) is not { } resource || !resource.Clients.Contains(caller.ClientId, StringComparer.Ordinal))
        {
            // Whoever holds a token that is not for them is worth knowing about.
            await ledger.RecordAsync(StrangersQuestion(own.Token, token, caller, now), CancellationToken.None);
            return Inactive();
        }

        var answer = new JsonObject { ["active"] = true, ["token_type"] = "Bearer" };
        foreach (var (name, value) in own.Token.ToClaims())
        {
            answer[name] = value?.DeepClone();
        }

        return answer;
    }

    private static JsonObject Inactive() => new() { ["active"] = false };

    private static ExchangeRecord StrangersQuestion(ActorToken own, string token, Caller caller, DateTimeOffset now) => new()
    {
        At = now,
        Kind = RecordKind.Refusal,
        Reason = "token_of_another_resource",
        ClientId = caller.ClientId,
        Resource = own.Audience.Value,
        Delegation = own.Delegation,
        Session = own.Session,
        TokenId = own.Id,
        SubjectTokenHash = Fingerprint.OfToken(token),
        Source = caller.Source?.ToString(),
    };
}
