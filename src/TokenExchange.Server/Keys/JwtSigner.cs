using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Keys;

/// <summary>Signs what this server says besides tokens: introspection answers, bundles, security events. Each has a <c>typ</c> of its own (RFC 8725 §3.11).</summary>
public sealed class JwtSigner(SigningKeys keys, TimeProvider clock)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs exactly these claims, with the key that is active now.</summary>
    /// <param name="type">The <c>typ</c> header.</param>
    /// <param name="claims">The payload, <c>iss</c>, <c>aud</c> and times included.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<string> SignAsync(string type, JsonObject claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var current = await keys.CurrentAsync(cancellationToken);
        return Handler.CreateToken(
            claims.ToJsonString(),
            new SigningCredentials(current.Signer(clock.GetUtcNow()), SigningKeys.Algorithm),
            new Dictionary<string, object>(StringComparer.Ordinal) { ["typ"] = type });
    }
}
