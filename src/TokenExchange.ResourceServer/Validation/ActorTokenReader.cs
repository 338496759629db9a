using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>Reads the payload of a token whose signature, issuer, audience and lifetime have been checked.</summary>
internal static class ActorTokenReader
{
    /// <summary>Reads the claims; false with the reason when they are not those of an actor token that this app can accept.</summary>
    /// <param name="payload">The encoded payload, exactly the characters the signature covers.</param>
    /// <param name="latestIssue">The last instant at which a token can have been issued: now and the clock skew.</param>
    /// <param name="token">The claims.</param>
    /// <param name="refusal">Why not.</param>
    public static bool TryRead(
        ReadOnlySpan<char> payload, DateTimeOffset latestIssue, [NotNullWhen(true)] out ActorToken? token, [NotNullWhen(false)] out TokenRefusal? refusal)
    {
        token = null;
        if (!CompactToken.TryParse(payload, out var document))
        {
            refusal = TokenRefusal.NotStrictJson;
            return false;
        }

        using (document)
        {
            refusal = Read(document.RootElement, latestIssue, out token);
            return refusal is null;
        }
    }

    private static TokenRefusal? Read(JsonElement claims, DateTimeOffset latestIssue, out ActorToken? token)
    {
        token = null;
        try
        {
            if (!ActorToken.TryRead(claims, out var read, out var problem))
            {
                return TokenRefusal.NotAnActorToken(problem);
            }

            // RFC 7800 §3: a token with cnf is only good together with a proof of its key. Taken as a bearer token it would be good for a thief as well.
            if (claims.TryGetProperty(ClaimNames.Confirmation, out _))
            {
                return TokenRefusal.BoundToKey;
            }

            // The stock handler ignores iat. A token from the future comes from a broken clock or a broken signer, and its lifetime cannot be trusted.
            if (read.IssuedAt > latestIssue)
            {
                return TokenRefusal.NotYetValid;
            }

            token = read;
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is valid JSON but not text.
            return TokenRefusal.NotStrictJson;
        }
    }
}
