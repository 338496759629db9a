using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>Reads what the authority signs besides tokens: bundles and security events. Read strictly and once; the library only says whether the signature holds.</summary>
internal sealed class AuthorityDocuments(IOptions<ActorTokenOptions> options, AuthorityMetadata metadata)
{
    private const int MaxLength = 1024 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };

    /// <summary>The claims, when the authority signed this document, of this type, for this reader; otherwise null.</summary>
    public async Task<JsonElement?> ReadAsync(string text, string type, Func<string, bool> isAudience, CancellationToken cancel)
    {
        if (!CompactJwt.TryParse(text, MaxLength, out var jwt) || !jwt.IsOfType(type) || jwt.KeyId is not { } keyId
            || !options.Value.Algorithms.Contains(jwt.Algorithm, StringComparer.Ordinal)
            || await metadata.FindKeyAsync(keyId, cancel) != KeyLookup.Found)
        {
            return null;
        }

        var keys = (await metadata.GetConfigurationAsync(cancel)).SigningKeys.Where(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal));
#pragma warning disable CA5404 // Issuer and audience are judged below, from the strictly read payload; the documents have no lifetime.
        var judged = await Handler.ValidateTokenAsync(jwt.Encoded, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = options.Value.Algorithms,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireAudience = false,
            RequireExpirationTime = false,
        });
#pragma warning restore CA5404
        return judged.IsValid
            && JsonClaims.TryGetString(jwt.Payload, ClaimNames.Issuer, out var issuer) && string.Equals(issuer, options.Value.Authority, StringComparison.Ordinal)
            && JsonClaims.TryGetStrings(jwt.Payload, ClaimNames.Audience, out var audiences) && audiences is [var audience] && isAudience(audience)
                ? jwt.Payload
                : null;
    }
}
