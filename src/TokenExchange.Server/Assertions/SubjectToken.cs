using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Assertions;

/// <summary>A verified subject token: from here on it is a value. It is either a session assertion or an actor token issued here.</summary>
public abstract record SubjectToken
{
    private SubjectToken()
    {
    }

    /// <summary>The user, as <c>sub</c> of what is issued.</summary>
    public required string Subject { get; init; }

    /// <summary>What policies may know of the user.</summary>
    public required SubjectFacts Facts { get; init; }

    /// <summary><c>sid</c> of what is issued.</summary>
    public required string Session { get; init; }

    /// <summary>Its expiry: nothing issued for it lives longer.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>A user's session assertion from a trusted issuer: the root of a chain.</summary>
    /// <param name="LentAt">When the user lent, at the earliest: <c>iat</c> less the skew that is allowed, so that no issuer's clock outruns a revocation.</param>
    /// <param name="Scopes">What the session is limited to; null when the assertion does not say.</param>
    /// <param name="MayAct">Who may act; null when the assertion does not say.</param>
    /// <param name="Use">Set when it can be used once only.</param>
    public sealed record SessionAssertion(DateTimeOffset LentAt, ScopeSet? Scopes, MayAct? MayAct, SingleUse? Use) : SubjectToken;

    /// <summary>An actor token issued here: the next hop, or a narrower token for the same actor.</summary>
    /// <param name="Token">Its claims.</param>
    /// <param name="Issued">What is remembered of it.</param>
    public sealed record OwnToken(ActorToken Token, IssuedToken Issued) : SubjectToken;
}
