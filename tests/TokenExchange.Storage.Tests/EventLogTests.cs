using TokenExchange.Storage.Events;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Events stand in the order of their commits, without gaps: who has read one never meets an earlier one later.</summary>
public abstract class EventLogTests(DatabaseServer server) : StorageTests(server)
{
    [Fact]
    public async Task However_many_write_at_once_a_reader_meets_every_event_once_and_in_order()
    {
        var start = await Database.Events.LastAsync(Stop);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() => ReadAsync(start, done.Token), Stop);

        var roots = await AtOnceAsync(20, async i =>
        {
            var written = Enumerable.Range(0, 5).Select(_ => Root.Session(Some.Id())).ToList();
            foreach (var root in written)
            {
                await Database.Revocations.RevokeAsync(root, $"admin-{i}", Some.Revocation(), Stop);
            }

            return written;
        });
        await done.CancelAsync();
        var read = await reading;

        read.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, read.Count).Select(i => start + i), "no gap, and none later that is smaller");
        roots.SelectMany(r => r).Except(read.Select(e => e.Root!)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_is_there_with_the_revocation_and_again_only_where_that_changes_something()
    {
        var (session, subject) = (Root.Session(Some.Id()), new Root(RootKind.Subject, Some.Id()));
        var start = await Database.Events.LastAsync(Stop);
        foreach (var root in new[] { session, session, subject, subject })
        {
            await Database.Revocations.RevokeAsync(root, "admin", Some.Revocation(), Stop);
        }

        var told = (await Database.Events.ReadAfterAsync(start, 10_000, Stop)).Where(e => e.Root == session || e.Root == subject).ToList();

        told.Select(e => e.Root).ShouldBe([session, subject, subject]);
        told.ShouldAllBe(e => e.At == Some.Now && e.Kind == EventKind.Revoked && e.By == "admin");
    }

    [Fact]
    public async Task The_longest_resource_is_told_of()
    {
        var root = new Root(RootKind.Resource, $"https://{Some.Id()}.example/".PadRight(512, 'a'));
        var start = await Database.Events.LastAsync(Stop);

        await Database.Revocations.RevokeAsync(root, "admin", Some.Revocation(), Stop);

        (await Database.Events.ReadAfterAsync(start, 10_000, Stop)).ShouldContain(e => e.Root == root);
    }

    [Fact]
    public async Task Of_two_who_change_a_stream_one_comes_second()
    {
        var stream = Stream();
        (await Database.Streams.TryAddAsync(stream, 1, Some.Change(), Stop)).ShouldBeTrue();
        (await Database.Streams.TryAddAsync(stream with { Id = Some.Id() }, 1, Some.Change(), Stop)).ShouldBeFalse("the client has as many as it may");

        var first = await Database.Streams.TrySaveAsync(stream with { AckedThrough = 7, AckedBeyond = [9, 12] }, null, Stop);
        (await Database.Streams.TrySaveAsync(stream with { AckedThrough = 8 }, null, Stop)).ShouldBeNull();

        var stored = (await Database.Streams.FindAsync(stream.Id, Stop))!;
        (stored.AckedThrough, string.Join(' ', stored.AckedBeyond), stored.Version).ShouldBe((7, "9 12", first!.Version));
        (await Database.Streams.DeleteAsync(stream.Id, Some.Change(), Stop)).ShouldBeTrue();
        (await Database.Streams.TrySaveAsync(first, null, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Streams_say_how_far_they_are_behind_the_furthest_first()
    {
        await using var database = await Server.CreateEmptyAsync();
        await database.Schema.MigrateAsync(Stop);
        for (var minute = 0; minute < 3; minute++)
        {
            await database.Revocations.RevokeAsync(Root.Session(Some.Id()), "admin", Some.Revocation() with { At = Some.Now.AddMinutes(minute) }, Stop);
        }

        var (last, some, none, paused) = (Stream() with { AckedThrough = 3 }, Stream() with { AckedThrough = 1 }, Stream() with { AckedThrough = 0 }, Stream() with { AckedThrough = 0, Status = StreamStatus.Paused });
        foreach (var stream in new[] { last, some, none, paused })
        {
            await database.Streams.TryAddAsync(stream, 9, Some.Change(), Stop);
        }

        var (enabled, behind) = await database.Streams.LagsAsync(9, Stop);

        enabled.ShouldBe(3);
        behind.ShouldBe(
        [
            new StreamLag(none.Id, none.ClientId, none.Delivery, 3, Some.Now, none.LastSeenAt), new StreamLag(some.Id, some.ClientId, some.Delivery, 2, Some.Now.AddMinutes(1), some.LastSeenAt),
        ]);
        (await database.Streams.LagsAsync(1, Stop)).Behind.ShouldBe([behind[0]]);
    }

    [Fact]
    public async Task Old_events_go_and_with_them_the_streams_that_have_not_got_them()
    {
        // A database of its own: in the shared one others write events meanwhile.
        await using var database = await Server.CreateEmptyAsync();
        await database.Schema.MigrateAsync(Stop);
        foreach (var day in new[] { 0, 0, 1, 2 })
        {
            await database.Revocations.RevokeAsync(Root.Session(Some.Id()), "admin", Some.Revocation() with { At = Some.Now.AddDays(day) }, Stop);
        }

        var (behind, even) = (Stream() with { AckedThrough = 1, Delivery = EventDelivery.Push }, Stream() with { AckedThrough = 2, Delivery = EventDelivery.Push });
        await database.Streams.TryAddAsync(behind, 10, Some.Change(), Stop);
        await database.Streams.TryAddAsync(even, 10, Some.Change(), Stop);

        var pruned = await database.Pruning.PruneEventsAsync(Some.Now.AddDays(1), Some.Now.AddDays(1), Stop);

        (pruned.Events, pruned.Silent, pruned.Behind).ShouldBe((2, 0, 1));
        (await database.Events.ReadAfterAsync(0, 10, Stop)).Select(e => e.Sequence).ShouldBe([3, 4]);
        (await database.Streams.FindAsync(behind.Id, Stop)).ShouldBeNull();
        (await database.Streams.FindAsync(even.Id, Stop)).ShouldNotBeNull();
        (await database.Events.BeforeAsync(Some.Now.AddDays(2), Stop)).ShouldBe(3);
        (await database.Events.BeforeAsync(Some.Now.AddDays(3), Stop)).ShouldBe(4);
    }

    private static EventStream Stream() => new() { Id = Some.Id(), ClientId = Some.Id(), Delivery = EventDelivery.Poll, CreatedAt = Some.Now, LastSeenAt = Some.Now, AckedThrough = 0 };

    private async Task<List<SecurityEvent>> ReadAsync(long start, CancellationToken done)
    {
        var read = new List<SecurityEvent>();
        while (true)
        {
            // The last look comes after the last write.
            var last = done.IsCancellationRequested;
            read.AddRange(await Database.Events.ReadAfterAsync(read.Count == 0 ? start : read[^1].Sequence, 7, Stop));
            if (last && read.Count > 0 && read[^1].Sequence >= await Database.Events.LastAsync(Stop))
            {
                return read;
            }
        }
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteEventLogTests(SqliteServer server) : EventLogTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerEventLogTests(SqlServerServer server) : EventLogTests(server);
