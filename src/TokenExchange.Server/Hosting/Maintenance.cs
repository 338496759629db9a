using Microsoft.Extensions.Options;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Maintenance;

namespace TokenExchange.Server.Hosting;

/// <summary>Keeps the database small: now and then, one of the nodes deletes what can no longer change any answer.</summary>
public sealed partial class Maintenance(LeaseStore leases, PruningStore pruning, KeyRotation keys, IOptions<EventSettings> events, TimeProvider clock, ILogger<Maintenance> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(25);

    private readonly string _node = RandomId.New();

    /// <summary>What went; null when another node sees to it.</summary>
    public async Task<(Pruned Rows, PrunedEvents Events, int Sessions, int Keys)?> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await leases.TryTakeAsync("maintenance", _node, now, Lease, cancellationToken)
            ? (await pruning.PruneAsync(now, cancellationToken),
                await pruning.PruneEventsAsync(now - events.Value.Retention, now - events.Value.InactivityTimeout, cancellationToken),
                await pruning.PruneSessionsAsync(now - AdministratorSessions.Longest, cancellationToken),
                await keys.PruneAsync(now, cancellationToken))
            : null;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                if (await RunOnceAsync(clock.GetUtcNow(), stoppingToken) is var (rows, told, sessions, over))
                {
                    LogPruned(rows.Tokens, rows.Assertions, rows.Revocations, told.Events);
                    LogStreams(told.Silent, told.Behind);
                    LogSessions(sessions);
                    LogKeys(over);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // An outage now is no reason to stop: the next time will do.
                LogFailed(e);
            }
        }
    }

    // The end of the server is no error, however it ends.
    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Deleted {Tokens} expired tokens, {Assertions} used assertions, {Revocations} revocations, {Events} events")]
    private partial void LogPruned(int tokens, int assertions, int revocations, int events);

    [LoggerMessage(3, LogLevel.Debug, "Deleted {Silent} streams of events that nobody polled, and {Behind} that were behind what is kept")]
    private partial void LogStreams(int silent, int behind);

    [LoggerMessage(4, LogLevel.Debug, "Deleted {Keys} signing keys whose time was over")]
    private partial void LogKeys(int keys);

    [LoggerMessage(5, LogLevel.Debug, "Deleted {Sessions} sessions of administrators that were over")]
    private partial void LogSessions(int sessions);

    [LoggerMessage(2, LogLevel.Warning, "Could not delete what has expired")]
    private partial void LogFailed(Exception exception);
}
