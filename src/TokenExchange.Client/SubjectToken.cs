using TokenExchange.Core.Protocol;

namespace TokenExchange.Client;

/// <summary>
/// The token that stands for the user in an exchange (RFC 8693 §2.1, <c>subject_token</c> and <c>subject_token_type</c>).
/// Its value can be put in but not read out, so that neither a log nor a serializer can show it.
/// </summary>
public sealed class SubjectToken
{
    private SubjectToken(string value, string tokenType)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new ArgumentException("A subject token is expected: not empty and without white space.", nameof(value));
        }

        (Value, TokenType) = (value, tokenType);
    }

    /// <summary>The token type identifier sent as <c>subject_token_type</c> (RFC 8693 §3).</summary>
    public string TokenType { get; }

    internal string Value { get; }

    /// <summary>A session assertion: a JWT of a trusted issuer that says this user has this session.</summary>
    /// <param name="assertion">The JWT in compact form.</param>
    /// <exception cref="ArgumentException">It is empty or holds white space.</exception>
    public static SubjectToken Jwt(string assertion) => new(assertion, TokenTypes.Jwt);

    /// <summary>An OpenID Connect ID token used as the session assertion.</summary>
    /// <param name="idToken">The ID token in compact form.</param>
    /// <exception cref="ArgumentException">It is empty or holds white space.</exception>
    public static SubjectToken IdToken(string idToken) => new(idToken, TokenTypes.IdToken);

    /// <summary>
    /// An actor token issued by the same server: this agent's own, to narrow it, or one whose <c>may_act</c> names this agent, to take the next hop.
    /// </summary>
    /// <param name="actorToken">The actor token in compact form.</param>
    /// <exception cref="ArgumentException">It is empty or holds white space.</exception>
    public static SubjectToken ActorToken(string actorToken) => new(actorToken, TokenTypes.AccessToken);

    /// <summary>The token type; never the token.</summary>
    public override string ToString() => $"SubjectToken {{ TokenType = {TokenType}, Value = (redacted) }}";
}
