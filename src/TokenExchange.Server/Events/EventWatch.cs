using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>
/// Lets many wait for events. What this node commits wakes them at once; for what others commit one row is read five times a second, once for all
/// who wait, and not at all when nobody does.
/// </summary>
public sealed partial class EventWatch(EventLog log, EventSignal signal, IHostApplicationLifetime lifetime, ILogger<EventWatch> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private long _known;
    private int _waiting;
    private bool _watching;

    /// <summary>Waits until there may be an event after those that were read.</summary>
    /// <param name="next">The signal's next, taken before they were read.</param>
    /// <param name="readThrough">Sequence of the last one read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Task next, long readThrough, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        Enter(readThrough);
        try
        {
            await next.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waiting--;
            }
        }
    }

    private void Enter(long readThrough)
    {
        lock (_lock)
        {
            _waiting++;

            // The least of what anybody has read: more than that is news for somebody.
            _known = _watching ? Math.Min(_known, readThrough) : readThrough;
            if (!_watching)
            {
                _watching = true;
                _ = Task.Run(WatchAsync);
            }
        }
    }

    // By the machine's own time, however a clock is set: other nodes commit when they do.
    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(Interval);
            lock (_lock)
            {
                if (_waiting == 0 || lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    _watching = false;
                    return;
                }
            }

            try
            {
                Compare(await log.LastAsync(lifetime.ApplicationStopping));
            }
            catch (Exception e) when (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                LogFailed(e);
                await Task.Delay(AfterFailure);
            }
            catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // The end of the server is no error: the next round ends.
            }
        }
    }

    private void Compare(long last)
    {
        lock (_lock)
        {
            if (last <= _known)
            {
                return;
            }

            _known = last;
        }

        signal.Raise();
    }

    [LoggerMessage(1, LogLevel.Warning, "Could not look for events of other nodes")]
    private partial void LogFailed(Exception exception);
}
