namespace TokenExchange.Storage.Events;

/// <summary>Wakes those in this process who wait for events. What other nodes commit is found by looking.</summary>
public sealed class EventSignal
{
    private TaskCompletionSource _next = Fresh();

    /// <summary>Ends with the next event. Whoever waits takes it first and looks for events then: nothing falls in between.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, Fresh()).TrySetResult();

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
