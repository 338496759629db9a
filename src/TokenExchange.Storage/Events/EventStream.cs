namespace TokenExchange.Storage.Events;

/// <summary>How a stream's events reach its receiver.</summary>
public enum EventDelivery
{
    /// <summary>The receiver asks for them (RFC 8936).</summary>
    Poll = 1,

    /// <summary>They are sent to the receiver (RFC 8935).</summary>
    Push = 2,
}

/// <summary>Whether a stream's events are delivered.</summary>
public enum StreamStatus
{
    /// <summary>They are.</summary>
    Enabled = 1,

    /// <summary>Not now; they are kept until they are.</summary>
    Paused = 2,

    /// <summary>They are not, and none is kept for later.</summary>
    Disabled = 3,
}

/// <summary>What one process of a relying app wants to be told, how, and how far it has been.</summary>
public sealed record EventStream
{
    /// <summary>The longest text a receiver may want to hear again, in characters.</summary>
    public const int MaxState = 1000;

    /// <summary>The longest address of a receiver, in characters.</summary>
    public const int MaxEndpoint = 2000;

    /// <summary>The longest description and the longest reason, in characters.</summary>
    public const int MaxText = 500;

    /// <summary>As many event types may be asked for.</summary>
    public const int MaxEventTypes = 20;

    /// <summary>As many events may be acknowledged while one before them is not.</summary>
    public const int MaxAckedBeyond = 1000;

    /// <summary><c>stream_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is: the only client that may see it, and the audience of its events.</summary>
    public required string ClientId { get; init; }

    /// <summary>How events reach the receiver.</summary>
    public required EventDelivery Delivery { get; init; }

    /// <summary>Where they are sent; null where they are asked for.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The <c>Authorization</c> header to send them with, under the key ring's protection; null when there is none.</summary>
    public IReadOnlyList<byte>? ProtectedAuthorization { get; init; }

    /// <summary>What its owner calls it.</summary>
    public string? Description { get; init; }

    /// <summary>The event types it wants; null means all.</summary>
    public IReadOnlyList<string>? EventsRequested { get; init; }

    /// <summary>Whether events are delivered.</summary>
    public StreamStatus Status { get; init; } = StreamStatus.Enabled;

    /// <summary>Why, in the words of whoever set the status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its receiver was last heard of.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Up to here everything is acknowledged or does not concern it.</summary>
    public required long AckedThrough { get; init; }

    /// <summary>What is acknowledged beyond that, in order.</summary>
    public IReadOnlyList<long> AckedBeyond { get; init; } = [];

    /// <summary>Grows with every change: whoever changes it must have seen the latest.</summary>
    public long Version { get; init; }
}
