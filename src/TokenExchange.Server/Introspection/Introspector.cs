using System.Text.Json.Nodes;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Introspection;

/// <summary>
/// Says whether a token is good (RFC 7662), to a client of the resource it is for and to nobody else: whoever else asks learns only "not active",
/// which is also the answer for a token that is expired, revoked, unknown or no token at all (§2.2).
/// </summary>
public sealed class Introspector(CatalogSource catalogs, OwnTokens ownTokens, TimeProvider clock)
{
    /// <summary>Introspects a token for an authenticated client.</summary>
    public async Task<JsonObject> IntrospectAsync(string token, string clientId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (!CompactJwt.TryParse(token, out var jwt)
            || !(await ownTokens.VerifyAsync(jwt, catalog, now, cancellationToken)).Passed(out var own, out _)
            || catalog.FindResource(own.Token.Audience) is not { } resource
            || !resource.Clients.Contains(clientId, StringComparer.Ordinal))
        {
            return new JsonObject { ["active"] = false };
        }

        var answer = new JsonObject { ["active"] = true, ["token_type"] = "Bearer" };
        foreach (var (name, value) in own.Token.ToClaims())
        {
            answer[name] = value?.DeepClone();
        }

        return answer;
    }
}
