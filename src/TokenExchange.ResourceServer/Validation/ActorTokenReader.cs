using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Validation;

/// <summary>
/// What this package looks at itself, before and after the stock handler. Both look at the same <see cref="CompactJwt"/>, so that a token
/// whose members could be read in two ways never gets as far as the second reader.
/// </summary>
internal static class ActorTokenReader
{
    /// <summary>The values of <c>typ</c> accepted; RFC 9068 §4 has a resource server accept both spellings.</summary>
    internal static readonly string[] Types = [TokenTypes.AccessTokenHeader, "application/" + TokenTypes.AccessTokenHeader];

    /// <summary>Before anything is fetched or computed for a token: size, form and header. Null when nothing speaks against it so far.</summary>
    /// <param name="text">What stood in the Authorization field.</param>
    /// <param name="algorithms">The algorithms accepted.</param>
    /// <param name="jwt">The token, not yet trusted; null when there is a refusal.</param>
    public static TokenRefusal? Inspect(string text, IReadOnlyCollection<string> algorithms, out CompactJwt? jwt)
    {
        jwt = null;
        if (text.Length > CompactJwt.MaxLength)
        {
            return TokenRefusal.TooLarge;
        }

        if (!CompactJwt.TryParse(text, out var parsed))
        {
            return TokenRefusal.Malformed;
        }

        if (!Types.Contains(parsed.Type, StringComparer.Ordinal))
        {
            return TokenRefusal.WrongType;
        }

        if (!algorithms.Contains(parsed.Algorithm, StringComparer.Ordinal))
        {
            return TokenRefusal.WrongAlgorithm;
        }

        if (parsed.KeyId is null)
        {
            return TokenRefusal.UnknownKey;
        }

        jwt = parsed;
        return null;
    }

    /// <summary>After signature, issuer, audience and lifetime were found right: the claims. Null when they are those of an actor token for this app.</summary>
    /// <param name="claims">The payload.</param>
    /// <param name="latestIssue">The last instant at which a token can have been issued: now and the clock skew.</param>
    /// <param name="token">What the claims say; null when there is a refusal.</param>
    public static TokenRefusal? Read(JsonElement claims, DateTimeOffset latestIssue, out ActorToken? token)
    {
        token = null;
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
}
