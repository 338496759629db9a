using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Assertions;

/// <summary>Verifies signatures and nothing else: claims are judged by whoever asks, from the strictly read payload.</summary>
public static class JwtSignature
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = CompactJwt.MaxLength };

    /// <summary>Asymmetric algorithms that can be allowed (RFC 7518 §3.1).</summary>
    public static IReadOnlyList<string> KnownAlgorithms { get; } =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    /// <summary>Whether the token is signed by one of the keys with one of the algorithms.</summary>
    [SuppressMessage("Security", "CA5404", Justification = "Issuer, audience and lifetime are judged by the caller from the strictly read payload, so that there is one reader.")]
    public static async Task<bool> IsValidAsync(CompactJwt jwt, IReadOnlyList<SecurityKey> keys, IReadOnlyList<string> algorithms)
    {
        ArgumentNullException.ThrowIfNull(jwt);
        if (keys.Count == 0 || !algorithms.Contains(jwt.Algorithm, StringComparer.Ordinal) || !KnownAlgorithms.Contains(jwt.Algorithm, StringComparer.Ordinal))
        {
            return false;
        }

        var result = await Handler.ValidateTokenAsync(jwt.Encoded, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = [.. algorithms],
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = true,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireAudience = false,
            RequireExpirationTime = false,
            LogValidationExceptions = false,
        });
        return result.IsValid;
    }
}
