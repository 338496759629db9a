using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Introspection;

/// <summary>An introspection answer as a signed JWT (RFC 9701 §5), for whoever must be able to show it later. It is for the client that asked, and a token for nobody.</summary>
public sealed class IntrospectionJwt(SigningKeys keys, IOptions<ExchangeSettings> settings, TimeProvider clock)
{
    /// <summary>How it is asked for and answered.</summary>
    public const string MediaType = "application/token-introspection+jwt";

    private const string Type = "token-introspection+jwt";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs an answer for the client that asked.</summary>
    public string Sign(JsonObject answer, string clientId) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        TokenType = Type,
        Issuer = settings.Value.Issuer,
        Audience = clientId,
        IssuedAt = clock.GetUtcNow().UtcDateTime,
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["token_introspection"] = JsonSerializer.SerializeToElement(answer) },
        SigningCredentials = new SigningCredentials(keys.Loaded[0], SigningKeys.Algorithm),
    });
}
