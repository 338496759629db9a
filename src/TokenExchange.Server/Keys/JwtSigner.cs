using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Keys;

/// <summary>Signs what this server says besides tokens: introspection answers, bundles, security events. Each has a <c>typ</c> of its own (RFC 8725 §3.11).</summary>
public sealed class JwtSigner(SigningKeys keys)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs exactly these claims.</summary>
    /// <param name="type">The <c>typ</c> header.</param>
    /// <param name="claims">The payload, <c>iss</c>, <c>aud</c> and times included.</param>
    public string Sign(string type, JsonObject claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return Handler.CreateToken(
            claims.ToJsonString(),
            new SigningCredentials(keys.Loaded[0], SigningKeys.Algorithm),
            new Dictionary<string, object>(StringComparer.Ordinal) { ["typ"] = type });
    }
}
