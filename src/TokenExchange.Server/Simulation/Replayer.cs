using TokenExchange.Core.Policies;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Simulation;

/// <summary>
/// Asks a policy set what was asked before, at the time and with the facts on record. Reads and nothing else; a few at a time on each node, since each keeps a
/// core busy.
/// </summary>
public sealed class Replayer(RecordedExchanges records)
{
    private const int AtOnce = 2;
    private const int PageSize = 2_000;

    private int _running;

    /// <summary>Takes one of the few turns there are, to be given back by disposing of it; null when all are taken.</summary>
    internal IDisposable? TryBegin()
    {
        if (Interlocked.Increment(ref _running) <= AtOnce)
        {
            return new Turn(this);
        }

        Interlocked.Decrement(ref _running);
        return null;
    }

    /// <summary>Replays the last records, newest first.</summary>
    /// <param name="policies">Whom to ask.</param>
    /// <param name="last">How many records at most.</param>
    /// <param name="progress">Told how many are done, and of how many: first of none, then after each page.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    internal async Task<ReplayTally> ReplayAsync(PolicySet policies, int last, Func<int, int, Task> progress, CancellationToken cancellationToken)
    {
        var (newest, count) = await records.MeasureAsync(last, cancellationToken);
        var tally = new ReplayTally();
        var below = newest + 1;
        await progress(0, count);
        while (tally.Records < count && await records.ReadPageAsync(below, Math.Min(PageSize, count - tally.Records), cancellationToken) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                tally.Add(record, record.Question is null ? null : ReplayedOutcome.Of(policies, record.Question));
            }

            below = page[^1].Id;
            await progress(tally.Records, count);
        }

        return tally;
    }

    private sealed class Turn(Replayer replayer) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                Interlocked.Decrement(ref replayer._running);
            }
        }
    }
}
