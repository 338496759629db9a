using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>What a stream has to deliver next.</summary>
/// <param name="Pending">Events that are not acknowledged, in order.</param>
/// <param name="More">Whether there are more than asked for.</param>
/// <param name="Stream">The stream, moved on over what does not concern it.</param>
/// <param name="ReadThrough">Up to here events were read: only one after it is news.</param>
public sealed record EventBatch(IReadOnlyList<Told> Pending, bool More, EventStream Stream, long ReadThrough);

/// <summary>Reads the log with the eyes of one stream.</summary>
public sealed class EventFeed(EventLog log, EventReach reach, IOptions<ExchangeSettings> settings)
{
    private const int Page = 500;

    // So much is looked at for one answer; whoever is further behind asks again.
    private const int MostLookedAt = 5_000;

    private readonly string _policiesChanged = SecurityEventNames.PoliciesChanged(settings.Value.Issuer);

    /// <summary>The next events of a stream, at most so many.</summary>
    public async Task<EventBatch> ReadAsync(EventStream stream, Catalog catalog, int atMost, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(catalog);
        if (stream.Status != StreamStatus.Enabled)
        {
            return new EventBatch([], More: false, stream, long.MaxValue);
        }

        var resources = catalog.AudiencesOf(stream.ClientId);
        var beyond = stream.AckedBeyond.ToHashSet();
        var pending = new List<Told>();
        var (through, read) = (stream.AckedThrough, stream.AckedThrough);
        var (more, looked) = (false, 0);
        while (!more)
        {
            var page = await log.ReadAfterAsync(read, Page, cancellationToken);
            foreach (var next in page)
            {
                var told = beyond.Contains(next.Sequence) ? null : await ForAsync(next, stream, resources);
                if (told is not null)
                {
                    if (pending.Count == atMost)
                    {
                        more = true;
                        break;
                    }

                    pending.Add(told);
                }
                else if (pending.Count == 0)
                {
                    through = next.Sequence;
                }

                read = next.Sequence;
            }

            looked += page.Count;
            if (page.Count < Page)
            {
                break;
            }

            more |= looked >= MostLookedAt;
        }

        return new EventBatch(pending, more, stream with { AckedThrough = through, AckedBeyond = [.. stream.AckedBeyond.Where(s => s > through)] }, read);
    }

    private ValueTask<Told?> ForAsync(SecurityEvent told, EventStream stream, IReadOnlySet<string> resources) => told.Kind switch
    {
        EventKind.Verification => ValueTask.FromResult(told.StreamId == stream.Id ? new Told(told, null) : null),
        EventKind.PoliciesChanged => ValueTask.FromResult(Wants(stream, _policiesChanged) ? new Told(told, null) : null),
        EventKind.Revoked or EventKind.Disabled => Wants(stream, SecurityEventNames.SessionRevoked) ? reach.ForAsync(told, resources) : ValueTask.FromResult<Told?>(null),
    };

    private static bool Wants(EventStream stream, string type) => stream.EventsRequested is not { } wanted || wanted.Contains(type, StringComparer.Ordinal);
}
