using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>One agent acting for one user's session under one purpose; parent of its tokens, carried as <c>txn</c>.</summary>
/// <param name="Id"><c>txn</c>.</param>
/// <param name="Key">What makes it one: a hash of session, authentication, agent and purpose. A user who authenticates again lends anew.</param>
/// <param name="Session"><c>sid</c>, ours.</param>
/// <param name="Subject"><c>sub</c> of its tokens.</param>
/// <param name="SubjectIssuer">The trusted issuer that vouched for the user.</param>
/// <param name="Agent">The first agent.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="StartedAt">When the first exchange was.</param>
public sealed record Delegation(string Id, string Key, string Session, string Subject, string SubjectIssuer, string Agent, string Purpose, DateTimeOffset StartedAt);

/// <summary>How much hangs below something.</summary>
/// <param name="Tokens">Tokens that are alive.</param>
/// <param name="Delegations">Delegations they belong to.</param>
/// <param name="Agents">The agents that hold them, each once, in ordinal order.</param>
/// <param name="Subjects">How many users that concerns.</param>
public sealed record BranchSize(int Tokens, int Delegations, IReadOnlyList<string> Agents, int Subjects);

/// <summary>What this server remembers of a token it issued, besides the claims the token carries itself.</summary>
public sealed record IssuedToken
{
    /// <summary>The longest line of descent: a token cannot be exchanged again and again without end.</summary>
    public const int MaxAncestors = 32;

    /// <summary><c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its delegation.</summary>
    public required Delegation Delegation { get; init; }

    /// <summary>Ids of the tokens it was derived from, root first.</summary>
    public required IReadOnlyList<string> Ancestors { get; init; }

    /// <summary>The agent that asked for it.</summary>
    public required string ClientId { get; init; }

    /// <summary>The agents of its chain, outermost first; instances count as their agent.</summary>
    public required IReadOnlyList<string> Agents { get; init; }

    /// <summary>The resource it is for and those of the tokens it was derived from, as resources are compared.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>What it allows at its resource; null when it was issued before scopes were remembered.</summary>
    public required ScopeSet? Scopes { get; init; }

    /// <summary>When the user lent, at the earliest: <c>iat</c> of the assertion the chain began with, less the skew that is allowed.</summary>
    public required DateTimeOffset LentAt { get; init; }

    /// <summary>The policy under which it may be handed on: at a hand-on, its <c>onwardTo</c> as published then is what counts.</summary>
    public required string Policy { get; init; }

    /// <summary>The smallest chain depth that any permit along the chain allowed.</summary>
    public required int MaxChainDepth { get; init; }

    /// <summary>The earliest end of the delegation that any permit along the chain allowed.</summary>
    public required DateTimeOffset DelegationEndsAt { get; init; }

    /// <summary>The scopes the root session is limited to, at every resource of the chain; null when the assertion did not say.</summary>
    public ScopeSet? SessionScopes { get; init; }

    /// <summary>Verified claims of the user's assertion that policies looked at when the chain began.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> SubjectClaims { get; init; }

    /// <summary><c>iat</c>.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Everything it hangs below: revoking any of these ends it, a party only if it was lent by then.</summary>
    public IReadOnlyCollection<Root> Roots => Below(Delegation, Id, Ancestors, Agents, Resources);

    internal static IReadOnlyCollection<Root> Below(
        Delegation delegation, string id, IReadOnlyList<string> ancestors, IReadOnlyList<string> agents, IReadOnlyList<string> resources) =>
    [
        Root.Token(id), .. ancestors.Select(Root.Token), Root.Delegation(delegation.Id), Root.Session(delegation.Session), .. agents.Select(a => new Root(RootKind.Agent, a)),
        new Root(RootKind.Subject, delegation.Subject), new Root(RootKind.Issuer, delegation.SubjectIssuer), .. resources.Select(r => new Root(RootKind.Resource, r)),
        new Root(RootKind.Purpose, delegation.Purpose),
    ];
}
