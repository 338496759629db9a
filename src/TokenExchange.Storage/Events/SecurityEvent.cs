using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Events;

/// <summary>What an event tells of.</summary>
public enum EventKind
{
    /// <summary>Something was revoked, with everything below it.</summary>
    Revoked = 1,

    /// <summary>An agent, issuer, resource or purpose was disabled, retired or removed: nothing below it is good any more.</summary>
    Disabled = 2,

    /// <summary>The configuration was changed, policies or anything else.</summary>
    PoliciesChanged = 3,

    /// <summary>A receiver wants to see that its stream works.</summary>
    Verification = 4,
}

/// <summary>Something that relying apps are told. Written in the same transaction as what it tells of, so that neither is there without the other.</summary>
public sealed record SecurityEvent
{
    /// <summary>Its place among all events: without gaps, and in the order in which they were committed.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it tells of.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>What ended; null when nothing did.</summary>
    public Root? Root { get; init; }

    /// <summary>Who brought it about: a client id, an administrator or a command.</summary>
    public required string By { get; init; }

    /// <summary>For <see cref="EventKind.PoliciesChanged"/>: the version of the policy set that holds now.</summary>
    public long? PolicySetVersion { get; init; }

    /// <summary>The one stream it is meant for; null when it is for whomever it concerns.</summary>
    public string? StreamId { get; init; }

    /// <summary>For <see cref="EventKind.Verification"/>: what the receiver wants to hear again; null when it said nothing.</summary>
    public string? State { get; init; }
}
