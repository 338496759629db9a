using TokenExchange.Core.Policies;

namespace TokenExchange.Storage.Audit;

/// <summary>What an exchange record is about.</summary>
public enum RecordKind
{
    /// <summary>A token was issued.</summary>
    Permit = 1,

    /// <summary>A token was refused.</summary>
    Refusal = 2,

    /// <summary>Something was revoked.</summary>
    Revocation = 3,

    /// <summary>The configuration was changed.</summary>
    Configuration = 4,

    /// <summary>A token for this server's own API was issued to a client.</summary>
    ApiToken = 5,

    /// <summary>A relying app asked before an action; the reason says what it was told.</summary>
    Evaluation = 6,

    /// <summary>An identity provider told something of its users; what that ended has records of its own.</summary>
    SecurityEvent = 7,

    /// <summary>A relying app made, changed or deleted a stream of events.</summary>
    EventStream = 8,

    /// <summary>Somebody signed in to a page of this server or tried to, or signed out again.</summary>
    SignIn = 9,
}

/// <summary>
/// One audit entry. It names people, agents and purposes and never holds a token or a secret: tokens are known by their id or their SHA-256.
/// What could not be established before a refusal is null.
/// </summary>
public sealed record ExchangeRecord
{
    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is about.</summary>
    public required RecordKind Kind { get; init; }

    /// <summary>Reason code of a refusal, e.g. <c>scope_not_permitted</c>; <c>permitted</c>, <c>revoked</c>, <c>applied</c> or <c>taken</c> otherwise.</summary>
    public required string Reason { get; init; }

    /// <summary>The client that asked; for a failed authentication the one it claimed to be.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user, as <c>sub</c> of the token.</summary>
    public string? Subject { get; init; }

    /// <summary>The trusted issuer that vouched for the user.</summary>
    public string? SubjectIssuer { get; init; }

    /// <summary>JSON of the <c>act</c> claim that resulted or would have.</summary>
    public string? Chain { get; init; }

    /// <summary>The purpose.</summary>
    public string? Purpose { get; init; }

    /// <summary>The resource.</summary>
    public string? Resource { get; init; }

    /// <summary>Scopes asked for; null when none were named.</summary>
    public string? RequestedScopes { get; init; }

    /// <summary>Scopes granted.</summary>
    public string? GrantedScopes { get; init; }

    /// <summary><c>txn</c>.</summary>
    public string? Delegation { get; init; }

    /// <summary><c>sid</c>, ours.</summary>
    public string? Session { get; init; }

    /// <summary><c>jti</c> of the token issued or revoked.</summary>
    public string? TokenId { get; init; }

    /// <summary><c>jti</c> of the own token it was derived from.</summary>
    public string? ParentTokenId { get; init; }

    /// <summary>Lower-case hex SHA-256 of the subject token as presented.</summary>
    public string? SubjectTokenHash { get; init; }

    /// <summary>Lower-case hex SHA-256 of the <c>actor_token</c> as presented.</summary>
    public string? ActorTokenHash { get; init; }

    /// <summary>When the token issued expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Version of the policy set that decided.</summary>
    public long? PolicySetVersion { get; init; }

    /// <summary>The determining policy.</summary>
    public string? Policy { get; init; }

    /// <summary>Where the client called from.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The question that the policy set was asked, exactly, and its answer; null when it was not asked, or when the question is not kept: too long, or with
    /// something in it that could be a token or a secret.
    /// </summary>
    public RecordedQuestion? Question { get; init; }

    /// <summary>More, for administrators: which check failed, what came closest, what was changed.</summary>
    public string? Detail { get; init; }
}
