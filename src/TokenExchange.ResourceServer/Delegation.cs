using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer;

/// <summary>
/// What an accepted actor token says about the request: for whom it is made, by whom, and why.
/// Authorize with the top-level values and <see cref="Actor"/> only; the earlier actors of the chain inform (RFC 8693 §4.1).
/// </summary>
public sealed class Delegation
{
    internal Delegation(ActorToken token, ScopeSet scopes) => (Token, Scopes) = (token, scopes);

    /// <summary><c>sub</c>: the user acted for.</summary>
    public string Subject => Token.Subject;

    /// <summary>Who acts now: the outermost <c>act</c>.</summary>
    public Actor Actor => Token.Chain.Current;

    /// <summary><c>act</c>: the current actor and those before it.</summary>
    public ActChain Chain => Token.Chain;

    /// <summary><c>purpose</c>: the registered reason to act.</summary>
    public string Purpose => Token.Purpose;

    /// <summary><c>txn</c>: the delegation's id, the same in every token of the chain and in the server's records. Worth writing beside what was done.</summary>
    public string Txn => Token.Delegation;

    /// <summary><c>sid</c>: an opaque id of the user's session; not the identity provider's own.</summary>
    public string Session => Token.Session;

    /// <summary>What the actor may do here: <c>scope</c>, or with <see cref="ActorTokenOptions.Enforcement"/> as much of it as the policies permit now.</summary>
    public ScopeSet Scopes { get; }

    /// <summary><c>auth_time</c>, <c>acr</c>, <c>amr</c>: how and when the user authenticated.</summary>
    public UserAuthentication Authentication => Token.Authentication;

    /// <summary>All the claims as they were read.</summary>
    public ActorToken Token { get; }
}
