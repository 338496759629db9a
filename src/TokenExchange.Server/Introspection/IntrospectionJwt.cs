using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Introspection;

/// <summary>An introspection answer as a signed JWT (RFC 9701 §5), for whoever must be able to show it later. It is for the client that asked, and a token for nobody.</summary>
public sealed class IntrospectionJwt(JwtSigner signer, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>How it is asked for and answered.</summary>
    public const string MediaType = "application/token-introspection+jwt";

    private const string Type = "token-introspection+jwt";

    /// <summary>Signs an answer for the client that asked.</summary>
    public ValueTask<string> SignAsync(JsonObject answer, string clientId, CancellationToken cancellationToken) => signer.SignAsync(Type, new JsonObject
    {
        [ClaimNames.Issuer] = settings.Value.Issuer,
        [ClaimNames.Audience] = clientId,
        [ClaimNames.IssuedAt] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["token_introspection"] = answer.DeepClone(),
    }, cancellationToken);
}
