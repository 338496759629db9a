using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace DemoIdp.SignIn;

/// <summary>What a code stands for.</summary>
/// <param name="ClientId">Who may present it.</param>
/// <param name="RedirectUri">Where it was sent.</param>
/// <param name="CodeChallenge">SHA-256 of the verifier it must come with, base64url.</param>
/// <param name="Scope">What of the scopes asked for was granted.</param>
/// <param name="Nonce">Stands in the ID token.</param>
/// <param name="User">Who signed in.</param>
/// <param name="Session">In which session.</param>
/// <param name="AuthTime">When, in seconds since 1970.</param>
public sealed record AuthorizationGrant(string ClientId, string RedirectUri, string CodeChallenge, string Scope, string? Nonce, string User, string Session, long AuthTime);

/// <summary>Codes: each is good for one attempt, within <see cref="Lifetime"/>.</summary>
/// <param name="time">The clock.</param>
public sealed class AuthorizationCodes(TimeProvider time)
{
    /// <summary>How long a code can be presented.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, (AuthorizationGrant Grant, DateTimeOffset ExpiresAt)> _codes = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    public string Issue(AuthorizationGrant grant)
    {
        var now = time.GetUtcNow();
        foreach (var (expired, _) in _codes.Where(c => c.Value.ExpiresAt <= now))
        {
            _codes.TryRemove(expired, out _);
        }

        var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        _codes[code] = (grant, now + Lifetime);
        return code;
    }

    /// <summary>What a code stands for, if everything it is bound to is right. Whatever the answer, it is used up.</summary>
    public AuthorizationGrant? Redeem(string code, string clientId, string? redirectUri, string? verifier) =>
        _codes.TryRemove(code, out var found) && found.ExpiresAt > time.GetUtcNow()
        && string.Equals(found.Grant.ClientId, clientId, StringComparison.Ordinal)
        && string.Equals(found.Grant.RedirectUri, redirectUri, StringComparison.Ordinal)
        && IsVerifier(verifier) && CryptographicOperations.FixedTimeEquals(Challenge(verifier!), Encoding.ASCII.GetBytes(found.Grant.CodeChallenge))
            ? found.Grant
            : null;

    private static byte[] Challenge(string verifier) => Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));

    // RFC 7636 §4.1.
    private static bool IsVerifier(string? verifier) => verifier is { Length: >= 43 and <= 128 } && verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~');
}
