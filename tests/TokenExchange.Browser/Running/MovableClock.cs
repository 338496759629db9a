namespace TokenExchange.Browser.Running;

/// <summary>The real clock, put back: what is done while it is behind happened some time ago for whoever looks later.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _behind;

    /// <summary>How far it is behind.</summary>
    public TimeSpan Behind
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _behind));
        set => Volatile.Write(ref _behind, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - Behind;
}
