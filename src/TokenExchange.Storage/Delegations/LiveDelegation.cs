using TokenExchange.Core.Tokens;

namespace TokenExchange.Storage.Delegations;

/// <summary>Which live delegations are asked for; null asks for any. Everything that is set must hold. Compared by code point.</summary>
public sealed record LiveFilter
{
    /// <summary>All of them.</summary>
    public static LiveFilter Everything { get; } = new();

    /// <summary>The user, as <c>sub</c> of tokens.</summary>
    public string? Subject { get; init; }

    /// <summary>An agent, wherever it stands in the chain of one of the live tokens.</summary>
    public string? Agent { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The resource that one of the live tokens is for, by its key; with <see cref="Agent"/> it is the same token.</summary>
    public string? Resource { get; init; }

    /// <summary>The trusted issuer that vouched for the user.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>sid</c>, ours.</summary>
    public string? Session { get; init; }

    /// <summary><c>txn</c>.</summary>
    public string? Delegation { get; init; }

    internal bool HoldsFor(LiveToken token) => (Agent is null || token.Agents.Contains(Agent, StringComparer.Ordinal)) && (Resource is null || token.Resource == Resource);
}

/// <summary>A token that can still be used, as far as the database knows.</summary>
/// <param name="Id"><c>jti</c>.</param>
/// <param name="Ancestors">Ids of the tokens it was derived from, root first. They are alive too, because nothing outlives what it was derived from.</param>
/// <param name="Agents">The agents of its chain, outermost first.</param>
/// <param name="Resource">Key of the resource it is for.</param>
/// <param name="Scopes">What it allows there; null when it was issued before scopes were remembered.</param>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>.</param>
public sealed record LiveToken(
    string Id, IReadOnlyList<string> Ancestors, IReadOnlyList<string> Agents, string Resource, ScopeSet? Scopes, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    internal static LiveToken Of(IssuedToken token) => new(token.Id, token.Ancestors, token.Agents, token.Resources[0], token.Scopes, token.IssuedAt, token.ExpiresAt);
}

/// <summary>A delegation under which something can still be done.</summary>
/// <param name="Delegation">The delegation.</param>
/// <param name="Tokens">Its live tokens, oldest first; of very many those <see cref="LiveDelegations.MaxTokens"/> that live longest.</param>
/// <param name="TokenCount">How many it has.</param>
/// <param name="LastActivity">When the newest of them was issued.</param>
/// <param name="ExpiresAt">When the last of them expires.</param>
public sealed record LiveDelegation(Delegation Delegation, IReadOnlyList<LiveToken> Tokens, int TokenCount, DateTimeOffset LastActivity, DateTimeOffset ExpiresAt);

/// <summary>Some of the delegations that are alive.</summary>
/// <param name="Delegations">The latest activity first.</param>
/// <param name="Next">Where the next page begins; null when there are no more.</param>
public sealed record LivePage(IReadOnlyList<LiveDelegation> Delegations, DelegationCursor? Next);
