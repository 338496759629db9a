using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Maintenance;
using TokenExchange.Storage.Revocations;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>One node at a time deletes what can no longer change any answer, and nothing else.</summary>
public abstract class MaintenanceTests(DatabaseServer server) : StorageTests(server)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private LeaseStore Leases => Database.Leases;

    [Fact]
    public async Task One_node_holds_a_lease_until_it_ends_and_may_go_on_with_it()
    {
        var work = Some.Id();

        (await Leases.TryTakeAsync(work, "a", Some.Now, s_minute, Stop)).ShouldBeTrue();
        (await Leases.TryTakeAsync(work, "b", Some.Now, s_minute, Stop)).ShouldBeFalse();
        (await Leases.TryTakeAsync(work, "a", Some.Now + (s_minute / 2), s_minute, Stop)).ShouldBeTrue();
        (await Leases.TryTakeAsync(work, "b", Some.Now + s_minute, s_minute, Stop)).ShouldBeFalse();
        (await Leases.TryTakeAsync(work, "b", Some.Now + (s_minute * 1.5), s_minute, Stop)).ShouldBeTrue();
        (await Leases.TryTakeAsync(work, "a", Some.Now + (s_minute * 1.5), s_minute, Stop)).ShouldBeFalse();
        (await Leases.TryTakeAsync(Some.Id(), "a", Some.Now, s_minute, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_twenty_nodes_at_once_one_gets_the_lease_whether_it_is_new_or_over()
    {
        var work = Some.Id();

        (await AtOnceAsync(20, i => Leases.TryTakeAsync(work, $"node-{i}", Some.Now, s_minute, Stop))).Count(taken => taken).ShouldBe(1);
        (await AtOnceAsync(20, i => Leases.TryTakeAsync(work, $"other-{i}", Some.Now + s_minute, s_minute, Stop))).Count(taken => taken).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_over_for_a_day_goes_and_the_rest_stays()
    {
        // Long before anything else in this database, because suites share it.
        var day = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var delegation = await Database.Delegations.StartAsync(Some.Delegation() with { StartedAt = day }, Stop);
        var (over, stays) = (Some.Token(delegation) with { ExpiresAt = day.AddTicks(-1) }, Some.Token(delegation) with { ExpiresAt = day });
        var (used, useful) = (new SingleUse(Some.Id(), day.AddTicks(-1)), new SingleUse(Some.Id(), day));
        await Database.Ledger.CommitAsync(Some.Record(), over, used, Stop);
        await Database.Ledger.CommitAsync(Some.Record(), stays, useful, Stop);
        Root[] roots = [Root.Token(Some.Id()), Root.Session(Some.Id()), Root.Delegation(Some.Id()), new(RootKind.Agent, Some.Id())];
        foreach (var root in roots)
        {
            await Database.Revocations.RevokeAsync(root, "admin", Some.Revocation() with { At = day.AddHours(-1).AddTicks(-1) }, Stop);
        }

        // As long as its token may be remembered, how that ended is remembered too.
        var needed = Root.Token(Some.Id());
        await Database.Revocations.RevokeAsync(needed, "admin", Some.Revocation() with { At = day.AddHours(-1) }, Stop);

        var records = await Database.CountRecordsAsync(Stop);

        (await Database.Pruning.PruneAsync(day.AddDays(1), Stop)).ShouldBe(new Pruned(1, 1, 1));
        (await Database.Pruning.PruneAsync(day.AddDays(1), Stop)).ShouldBe(new Pruned(0, 0, 0));

        (await Database.Delegations.FindTokenAsync(over.Id, Stop)).ShouldBeNull();
        (await Database.Delegations.FindTokenAsync(stays.Id, Stop)).ShouldNotBeNull();
        (await Database.Delegations.FindAsync(delegation.Key, Stop)).ShouldBe(delegation);
        (await Database.Assertions.TryUseAsync(used, Stop)).ShouldBeTrue();
        (await Database.Assertions.TryUseAsync(useful, Stop)).ShouldBeFalse();
        foreach (var root in roots)
        {
            (await Database.Revocations.AnyAsync([root], day.AddDays(-1), Stop)).ShouldBe(root.Kind != RootKind.Token);
        }

        (await Database.Revocations.AnyAsync([needed], day, Stop)).ShouldBeTrue();
        (await Database.CountRecordsAsync(Stop)).ShouldBe(records);
    }

    [Fact]
    public async Task More_than_one_statement_takes_goes_all_the_same()
    {
        var day = new DateTimeOffset(1991, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var use in Enumerable.Range(0, 1001).Select(_ => new SingleUse(Some.Id(), day)))
        {
            await Database.Assertions.TryUseAsync(use, Stop);
        }

        (await Database.Pruning.PruneAsync(day.AddDays(2), Stop)).Assertions.ShouldBe(1001);
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteMaintenanceTests(SqliteServer server) : MaintenanceTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerMaintenanceTests(SqlServerServer server) : MaintenanceTests(server);
