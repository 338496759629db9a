using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Maintenance;

namespace TokenExchange.Server.Events;

/// <summary>
/// Sends events to receivers that want them pushed (RFC 8935): one of the nodes does, each stream in order and one event at a time. What is not taken is tried
/// again, at longer and longer intervals, for as long as events are kept.
/// </summary>
internal sealed partial class EventSender(
    EventStreamStore streams, EventLog log, EventFeed feed, EventTokens tokens, EventWatch watch, EventSignal signal, StreamEditor editor, CatalogSource catalogs, GuardedHttp http,
    LeaseStore leases, TimeProvider clock, ILogger<EventSender> logger) : BackgroundService
{
    private const int AtOnce = 16;
    private const int EventsOfATurn = 50;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    // Taken again before every event: longer than one takes to be sent or given up.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly string _node = RandomId.New();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<(string Stream, string? Endpoint), Retry> _retries = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _leads;

    /// <summary>Sends what is due. How soon to come again when nothing happens; zero when there is more to send.</summary>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var all = await streams.PushedAsync(cancellationToken);
            foreach (var gone in _retries.Keys.Except(all.Select(KeyOf)).ToList())
            {
                _retries.TryRemove(gone, out _);
            }

            _leads = all.Count > 0 && await LeadsAsync(cancellationToken);
            if (!_leads)
            {
                return Rest;
            }

            var catalog = await catalogs.CurrentAsync(cancellationToken);
            var now = clock.GetUtcNow();
            var more = 0;
            var due = all.Where(s => !_retries.TryGetValue(KeyOf(s), out var retry) || retry.At <= now);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (stream, cancel) =>
            {
                if (await DeliverAsync(stream, catalog, cancel))
                {
                    Interlocked.Increment(ref more);
                }
            });
            var soonest = _retries.Values.Select(r => r.At - clock.GetUtcNow()).DefaultIfEmpty(Rest).Min();
            return more > 0 || soonest < TimeSpan.Zero ? TimeSpan.Zero : soonest < Rest ? soonest : Rest;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // A server that ends before this work has begun would take that for a failure of it.
        await base.StartAsync(cancellationToken);
        await _begun.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _begun.TrySetResult();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var next = signal.Next;
                var last = await log.LastAsync(stoppingToken);
                var rest = await RunOnceAsync(stoppingToken);
                if (rest > TimeSpan.Zero)
                {
                    await RestAsync(next, last, rest, stoppingToken);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The end of the server is no error, however it ends.
            }
            catch (Exception e)
            {
                LogFailed(e);
                _leads = false;
                await RestAsync(Task.CompletedTask, long.MaxValue, Rest, stoppingToken);
            }
        }
    }

    private static (string Stream, string? Endpoint) KeyOf(EventStream stream) => (stream.Id, stream.Endpoint);

    // Until there is news, or it is time. Who has nobody to send it to, or leaves that to another node, is not woken by news.
    private async Task RestAsync(Task next, long readThrough, TimeSpan rest, CancellationToken stoppingToken)
    {
        using var time = new CancellationTokenSource(rest, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stoppingToken);
        try
        {
            await (_leads ? watch.WaitAsync(next, readThrough, end.Token) : Task.Delay(Timeout.InfiniteTimeSpan, end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It is time.
        }
    }

    private Task<bool> LeadsAsync(CancellationToken cancellationToken) => leases.TryTakeAsync("event-sender", _node, clock.GetUtcNow(), Lease, cancellationToken);

    /// <summary>Sends one stream's events until there is none, one is not taken, or it was enough for now; true in the last case.</summary>
    private async Task<bool> DeliverAsync(EventStream stream, Catalog catalog, CancellationToken cancellationToken)
    {
        if (catalog.FindClient(stream.ClientId, clock.GetUtcNow()) is not { } client)
        {
            return false;
        }

        var batch = await feed.ReadAsync(stream, catalog, EventsOfATurn, cancellationToken);
        var current = batch.Stream;
        if (current.AckedThrough != stream.AckedThrough)
        {
            if (await streams.TrySaveAsync(current, record: null, cancellationToken) is not { } saved)
            {
                return true;
            }

            current = saved;
        }

        foreach (var told in batch.Pending)
        {
            if (!await LeadsAsync(cancellationToken) || !await SendAsync(told, current, catalog, client.AllowPrivateHosts, cancellationToken))
            {
                return false;
            }

            // Everything before it is done, because they go in order.
            var after = current with { AckedThrough = told.Event.Sequence, AckedBeyond = [.. current.AckedBeyond.Where(s => s > told.Event.Sequence)], LastSeenAt = clock.GetUtcNow() };
            if (await streams.TrySaveAsync(after, record: null, CancellationToken.None) is not { } done)
            {
                return true;
            }

            current = done;
        }

        return batch.More;
    }

    /// <summary>Sends one event; true when it need not be sent again (RFC 8935 §2.2, §2.3).</summary>
    private async Task<bool> SendAsync(Told told, EventStream stream, Catalog catalog, IReadOnlyList<string> allowedHosts, CancellationToken cancellationToken)
    {
        string problem;
        try
        {
            var (status, body) = await http.PostAsync(stream.Endpoint!, $"application/{SecurityEventNames.TokenHeader}", await tokens.SignAsync(told, stream, catalog, cancellationToken), editor.Authorization(stream), allowedHosts, cancellationToken);
            if (status == HttpStatusCode.Accepted || (status == HttpStatusCode.BadRequest && IsRefused(told, stream, body)))
            {
                _retries.TryRemove(KeyOf(stream), out _);
                return true;
            }

            problem = $"it answered {(int)status}";
        }
        catch (HttpRequestException e)
        {
            problem = RecordText.Harmless(e.Message)!;
        }
        catch (CryptographicException)
        {
            problem = "its authorization header cannot be opened with the key ring";
        }

        var retry = _retries.AddOrUpdate(KeyOf(stream), _ => new Retry(FirstRetry, clock.GetUtcNow() + FirstRetry), (_, before) => before.Next(clock.GetUtcNow()));
        LogNotTaken(stream.Id, stream.ClientId, problem, retry.After);
        return false;
    }

    // The receiver has it and can do nothing with it: sending it again changes nothing. Whoever answers 400 without saying so is no receiver of events.
    private bool IsRefused(Told told, EventStream stream, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.Text("err", EventStream.MaxText) is { } error)
            {
                LogRefused(stream.ClientId, EventTokens.IdOf(stream, told.Event.Sequence), RecordText.Harmless(error)!);
                return true;
            }
        }
        catch (Exception e) when (e is JsonException or SsfInputException)
        {
            // Not the answer of a receiver.
        }

        return false;
    }

    private sealed record Retry(TimeSpan After, DateTimeOffset At)
    {
        public Retry Next(DateTimeOffset now)
        {
            var after = After * 2 < LongestRetry ? After * 2 : LongestRetry;
            return new Retry(after, now + after);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Events could not be sent; the next attempt is in a few seconds")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The receiver of stream {StreamId} of {ClientId} did not take an event: {Problem}. Trying again in {After}")]
    private partial void LogNotTaken(string streamId, string clientId, string problem, TimeSpan after);

    [LoggerMessage(3, LogLevel.Warning, "{ClientId} could not make sense of event {Id}: {Error}")]
    private partial void LogRefused(string clientId, string id, string error);
}
