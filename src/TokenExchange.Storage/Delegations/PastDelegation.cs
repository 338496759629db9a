using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>How something came to an end.</summary>
/// <param name="At">When.</param>
/// <param name="Revoked">What was revoked above it; null when it expired.</param>
/// <param name="By">
/// Who did: a client id, <c>admin:</c> and a user name, <c>user:</c> and a <c>sub</c> of tokens, or the <c>iss</c> of an identity provider; null when it expired.
/// </param>
public sealed record DelegationEnd(DateTimeOffset At, RootKind? Revoked, string? By);

/// <summary>A delegation under which nothing can be done any more; it comes back to life if its agent gets another token within it.</summary>
/// <param name="Delegation">The delegation: when it started, its agent and its purpose.</param>
/// <param name="Resources">Keys of the resources its tokens were for, each once, in ordinal order; of more than a thousand tokens within a day those of the last.</param>
/// <param name="End">How the last of its tokens ended. That of a token which the configuration made unusable is its expiry.</param>
public sealed record PastDelegation(Delegation Delegation, IReadOnlyList<string> Resources, DelegationEnd End);

/// <summary>Some of a user's past.</summary>
/// <param name="Delegations">Those started last first.</param>
/// <param name="Next">Where the next page begins; null when there are no more.</param>
public sealed record HistoryPage(IReadOnlyList<PastDelegation> Delegations, DelegationCursor? Next);
