using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Events;

/// <summary>Keeps the streams of relying apps, and how far each has been.</summary>
public sealed class EventStreamStore(IDbContextFactory<ExchangeDbContext> contexts, EventSignal signal)
{
    /// <summary>Adds a stream, with its record; false when its client has so many already. Some at the same instant may make it a few more.</summary>
    public async Task<bool> TryAddAsync(EventStream stream, int atMost, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.EventStreams.CountAsync(s => s.ClientId == stream.ClientId, cancellationToken) >= atMost)
        {
            return false;
        }

        db.EventStreams.Add(EventStreamRow.From(stream));
        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        signal.Raise();
        return true;
    }

    /// <summary>The stream, or null.</summary>
    public async Task<EventStream?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.EventStreams.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken))?.ToStream();
    }

    /// <summary>The streams of a client, oldest first.</summary>
    public async Task<IReadOnlyList<EventStream>> OfClientAsync(string clientId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.EventStreams.AsNoTracking().Where(s => s.ClientId == clientId).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => r.ToStream());
    }

    /// <summary>The streams whose events are to be sent.</summary>
    public async Task<IReadOnlyList<EventStream>> PushedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.EventStreams.AsNoTracking().Where(s => s.Delivery == EventDelivery.Push && s.Status == StreamStatus.Enabled).OrderBy(s => s.Id).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => r.ToStream());
    }

    /// <summary>The enabled streams that have not got everything: those that miss the oldest event first, at most so many; and how many are enabled.</summary>
    public async Task<(int Enabled, IReadOnlyList<StreamLag> Behind)> LagsAsync(int atMost, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var enabled = db.EventStreams.AsNoTracking().Where(s => s.Status == StreamStatus.Enabled);
        var last = await db.EventStates.Select(s => s.Last).SingleAsync(cancellationToken);
        var behind = await enabled.Where(s => s.AckedThrough < last).OrderBy(s => s.AckedThrough).ThenBy(s => s.Id).Take(atMost)
            .Select(s => new
            {
                s.Id, s.ClientId, s.Delivery, s.LastSeenAt, s.AckedThrough,
                Since = db.Events.Where(e => e.Sequence > s.AckedThrough).OrderBy(e => e.Sequence).Select(e => (DateTimeOffset?)e.At).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return (await enabled.CountAsync(cancellationToken), behind.ConvertAll(s => new StreamLag(s.Id, s.ClientId, s.Delivery, last - s.AckedThrough, s.Since, s.LastSeenAt)));
    }

    /// <summary>
    /// Stores a changed stream, with a record where one is given, and returns it as stored. Null, with nothing written, when it is gone or somebody else has
    /// changed it since it was read.
    /// </summary>
    public async Task<EventStream?> TrySaveAsync(EventStream stream, ExchangeRecord? record, CancellationToken cancellationToken)
    {
        var row = EventStreamRow.From(stream);
        var (seen, next) = (row.Version, row.Version + 1);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var saved = await db.EventStreams.Where(s => s.Id == row.Id && s.Version == seen).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.Delivery, row.Delivery)
                .SetProperty(x => x.Endpoint, row.Endpoint)
                .SetProperty(x => x.ProtectedAuthorization, row.ProtectedAuthorization)
                .SetProperty(x => x.Description, row.Description)
                .SetProperty(x => x.EventsRequested, row.EventsRequested)
                .SetProperty(x => x.Status, row.Status)
                .SetProperty(x => x.StatusReason, row.StatusReason)
                .SetProperty(x => x.LastSeenAt, row.LastSeenAt)
                .SetProperty(x => x.AckedThrough, row.AckedThrough)
                .SetProperty(x => x.AckedBeyond, row.AckedBeyond)
                .SetProperty(x => x.Version, next),
            cancellationToken);
        if (saved != 1)
        {
            return null;
        }

        if (record is not null)
        {
            db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return stream with { Version = next };
    }

    /// <summary>Deletes a stream, with its record; false when it is gone.</summary>
    public async Task<bool> DeleteAsync(string id, ExchangeRecord record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.EventStreams.Where(s => s.Id == id).ExecuteDeleteAsync(cancellationToken) != 1)
        {
            return false;
        }

        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Puts a verification into the stream; false, with nothing written, when the last one was later than <paramref name="notAfter"/>.</summary>
    public async Task<bool> TryVerifyAsync(string id, string? state, string by, DateTimeOffset now, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.EventStreams.Where(s => s.Id == id && (s.VerifiedAt == null || s.VerifiedAt <= notAfter))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.VerifiedAt, now).SetProperty(x => x.LastSeenAt, now), cancellationToken) != 1)
        {
            return false;
        }

        await EventLog.AppendAsync(db, [new SecurityEvent { At = now, Kind = EventKind.Verification, By = by, StreamId = id, State = state }], cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signal.Raise();
        return true;
    }
}
