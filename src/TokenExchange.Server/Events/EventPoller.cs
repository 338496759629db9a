using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>
/// Answers a poll (RFC 8936): first what the receiver has got is written down, then it is given what comes next, and when there is nothing it waits for it.
/// </summary>
internal sealed partial class EventPoller(
    EventStreamStore streams, EventLog log, EventFeed feed, EventTokens tokens, EventWatch watch, EventSignal signal, CatalogSource catalogs, IOptions<EventSettings> settings,
    IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<EventPoller> logger)
{
    /// <summary>The longest a poll waits: shorter than proxies on the way usually do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _turns = new(StringComparer.Ordinal);

    // Often enough to be seen, seldom enough not to be written with every poll.
    private readonly TimeSpan _seenAgain = settings.Value.InactivityTimeout / 10;

    /// <summary>The answer; null when the client has no such stream to poll.</summary>
    public async Task<JsonObject?> PollAsync(string clientId, string streamId, PollRequest request, CancellationToken hungUp)
    {
        if (await FindAsync(clientId, streamId, hungUp) is not { } stream)
        {
            return null;
        }

        foreach (var (id, error) in request.Errors)
        {
            LogError(clientId, RecordText.Harmless(id)!, error);
        }

        using var superseded = BeginTurn(stream.Id);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(hungUp, superseded.Token, patience.Token, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                var next = signal.Next;
                var catalog = await catalogs.CurrentAsync(hungUp);
                var batch = await feed.ReadAsync(await AcknowledgeAsync(stream, request, hungUp), catalog, request.MaxEvents, hungUp);
                if (!await SaveAsync(stream, batch.Stream))
                {
                    // Somebody else has changed it: what is true now is looked at again.
                    if (await FindAsync(clientId, streamId, hungUp) is not { } changed)
                    {
                        return null;
                    }

                    stream = changed;
                    continue;
                }

                if (catalog.FindClient(clientId, clock.GetUtcNow()) is null)
                {
                    return Answer(stream, [], more: false);
                }

                if (batch.Pending.Count > 0 || batch.More || request.ReturnImmediately || request.MaxEvents == 0)
                {
                    var sets = new List<KeyValuePair<string, JsonNode?>>();
                    foreach (var told in batch.Pending)
                    {
                        sets.Add(KeyValuePair.Create(EventTokens.IdOf(stream, told.Event.Sequence), (JsonNode?)await tokens.SignAsync(told, stream, catalog, hungUp)));
                    }

                    return Answer(stream, sets, batch.More);
                }

                await watch.WaitAsync(next, batch.ReadThrough, end.Token);
                if (await FindAsync(clientId, streamId, hungUp) is not { } still)
                {
                    return null;
                }

                stream = still;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !hungUp.IsCancellationRequested)
        {
            return Answer(stream, [], more: false);
        }
        finally
        {
            _turns.TryRemove(KeyValuePair.Create(stream.Id, superseded));
        }
    }

    // A receiver must be able to tell that there is nothing to tell from that it is told nothing; the member is ours, and only there where it matters.
    private static JsonObject Answer(EventStream stream, IEnumerable<KeyValuePair<string, JsonNode?>> sets, bool more)
    {
        var answer = new JsonObject { ["sets"] = new JsonObject(sets), ["moreAvailable"] = more };
        if (stream.Status != StreamStatus.Enabled)
        {
            answer["status"] = StreamJson.NameOf(stream.Status);
        }

        return answer;
    }

    private async Task<EventStream?> FindAsync(string clientId, string streamId, CancellationToken cancellationToken) =>
        await streams.FindAsync(streamId, cancellationToken) is { Delivery: EventDelivery.Poll } stream && string.Equals(stream.ClientId, clientId, StringComparison.Ordinal) ? stream : null;

    // One poll waits on a stream; who asks again has given the earlier one up.
    private CancellationTokenSource BeginTurn(string streamId)
    {
        var turn = new CancellationTokenSource();
        _turns.AddOrUpdate(streamId, turn, (_, earlier) =>
        {
            try
            {
                earlier.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has ended by itself.
            }

            return turn;
        });
        return turn;
    }

    // Nobody acknowledges what has not happened.
    private async Task<EventStream> AcknowledgeAsync(EventStream stream, PollRequest request, CancellationToken cancellationToken)
    {
        var done = request.Done(stream).ToList();
        if (done.Count == 0)
        {
            return stream;
        }

        var last = await log.LastAsync(cancellationToken);
        return stream with { AckedBeyond = [.. stream.AckedBeyond.Concat(done.Where(s => s <= last)).Distinct().Order().Take(EventStream.MaxAckedBeyond)] };
    }

    private async Task<bool> SaveAsync(EventStream before, EventStream after)
    {
        var now = clock.GetUtcNow();
        return (after.AckedThrough == before.AckedThrough && after.AckedBeyond.SequenceEqual(before.AckedBeyond) && now - before.LastSeenAt < _seenAgain)
            || await streams.TrySaveAsync(after with { LastSeenAt = now }, record: null, CancellationToken.None) is not null;
    }

    [LoggerMessage(1, LogLevel.Warning, "{ClientId} could not make sense of event {Id}: {Error}")]
    private partial void LogError(string clientId, string id, string error);
}
