using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Records are counted by the instants they tell, and a count that is not whole says so.</summary>
public abstract class RecordStatisticsTests(DatabaseServer server) : StorageTests(server)
{
    private static readonly DateTimeOffset s_minute = new(2031, 5, 6, 7, 8, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_minute_has_its_exchanges_and_one_without_any_has_zeros()
    {
        await using var database = await BlankAsync();
        await WriteAsync(
            database,
            Permit(s_minute.AddMinutes(-4).AddTicks(-1)),
            Permit(s_minute.AddMinutes(-4)),
            Refusal(s_minute.AddMinutes(-3).AddTicks(-1)),
            Refusal(s_minute.AddMinutes(-1)),
            Permit(s_minute.AddTicks(-1)),
            Permit(s_minute),
            Refusal(s_minute.AddSeconds(59)),
            Refusal(s_minute.AddSeconds(58)),
            Permit(s_minute.AddMinutes(1)),
            Some.Record(RecordKind.Evaluation) with { At = s_minute },
            Some.Record(RecordKind.ApiToken) with { At = s_minute },
            Some.Change() with { At = s_minute });

        var rates = await database.Statistics.PerMinuteAsync(5, s_minute.AddSeconds(30).ToOffset(TimeSpan.FromHours(2)), Stop);

        rates.IsComplete.ShouldBeTrue();
        rates.Minutes.ShouldBe(
        [
            new ExchangesOfMinute(s_minute.AddMinutes(-4), 1, 1),
            new ExchangesOfMinute(s_minute.AddMinutes(-3), 0, 0),
            new ExchangesOfMinute(s_minute.AddMinutes(-2), 0, 0),
            new ExchangesOfMinute(s_minute.AddMinutes(-1), 1, 1),
            new ExchangesOfMinute(s_minute, 1, 2),
        ]);
    }

    [Fact]
    public async Task Before_there_are_records_all_is_zero()
    {
        await using var database = await BlankAsync();

        (await database.Statistics.PerMinuteAsync(60, s_minute, Stop)).Minutes.ShouldBe(Enumerable.Range(-59, 60).Select(i => new ExchangesOfMinute(s_minute.AddMinutes(i), 0, 0)));
        Told(await database.Statistics.TopRefusalsAsync(s_minute, 5, Stop)).ShouldBe(("", s_minute, true));
    }

    [Fact]
    public async Task Minutes_that_would_cost_too_much_are_told_as_not_counted()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 10).Select(i => Permit(s_minute.AddSeconds(-30 * i)))]);

        // The newest five; the oldest of them is the only one of its minute that was looked at.
        var rates = await database.StatisticsWithin(new RecordStatisticsBounds { Minutes = 5 }).PerMinuteAsync(6, s_minute, Stop);
        var whole = await database.StatisticsWithin(new RecordStatisticsBounds { Minutes = 10 }).PerMinuteAsync(6, s_minute, Stop);

        rates.IsComplete.ShouldBeFalse();
        rates.Minutes.Select(m => (m.Permitted, m.Refused)).ShouldBe([(null, null), (null, null), (null, null), (2, 0), (2, 0), (1, 0)]);
        whole.IsComplete.ShouldBeTrue();
        whole.Minutes.Select(m => m.Permitted).ShouldBe([1, 2, 2, 2, 2, 1]);
    }

    [Fact]
    public async Task It_does_not_matter_how_many_are_counted_at_once()
    {
        // Several at the same instant, which no slice divides.
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? Refusal(s_minute.AddSeconds(i / 4 * -20), $"reason-{i % 2}") : Permit(s_minute.AddSeconds(i / 4 * -20)))]);
        var sliced = database.StatisticsWithin(new RecordStatisticsBounds { Slice = 5 });

        (await sliced.PerMinuteAsync(6, s_minute, Stop)).Minutes.ShouldBe((await database.Statistics.PerMinuteAsync(6, s_minute, Stop)).Minutes);
        (await sliced.PerMinuteAsync(6, s_minute, Stop)).Minutes.Sum(m => m.Permitted + m.Refused).ShouldBe(60);
        Told(await sliced.TopRefusalsAsync(s_minute.AddHours(-1), 5, Stop)).ShouldBe(("reason-0 10, reason-1 10", s_minute.AddHours(-1), true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1441)]
    public async Task From_one_minute_to_a_day_can_be_asked_for(int minutes) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Database.Statistics.PerMinuteAsync(minutes, s_minute, Stop));

    [Fact]
    public async Task The_most_frequent_reasons_of_refusals_come_first_and_equal_ones_by_name()
    {
        await using var database = await BlankAsync();
        await WriteAsync(
            database,
            Refusal(s_minute.AddTicks(-1), "earlier"),
            Refusal(s_minute, "b"),
            Refusal(s_minute, "a"),
            Refusal(s_minute, "c"),
            Refusal(s_minute.AddHours(1), "c"),
            Refusal(s_minute, "d"),
            Permit(s_minute),
            Permit(s_minute),
            Permit(s_minute),
            Some.Record(RecordKind.Evaluation, "scope_not_permitted") with { At = s_minute });

        Told(await database.Statistics.TopRefusalsAsync(s_minute, 3, Stop)).ShouldBe(("c 2, a 1, b 1", s_minute, true));
        Told(await database.Statistics.TopRefusalsAsync(s_minute.AddTicks(-1), 10, Stop)).ShouldBe(("c 2, a 1, b 1, d 1, earlier 1", s_minute.AddTicks(-1), true));
    }

    [Fact]
    public async Task A_count_that_would_cost_too_much_says_after_when_it_counted()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? Permit(s_minute.AddSeconds(i)) : Refusal(s_minute.AddSeconds(i)))]);
        var narrow = database.StatisticsWithin(new RecordStatisticsBounds { Refusals = 4 });

        Told(await narrow.TopRefusalsAsync(s_minute, 5, Stop)).ShouldBe(("scope_not_permitted 2", s_minute.AddSeconds(5), false));
        Told(await narrow.TopRefusalsAsync(s_minute.AddSeconds(6), 5, Stop)).ShouldBe(("scope_not_permitted 2", s_minute.AddSeconds(6), true));
    }

    private static (string Counts, DateTimeOffset From, bool IsComplete) Told(RecordCounts counts) =>
        (string.Join(", ", counts.Counts.Select(c => $"{c.Name} {c.Count}")), counts.CountedFrom, counts.IsComplete);

    private static ExchangeRecord Permit(DateTimeOffset at) => Some.Record() with { At = at };

    private static ExchangeRecord Refusal(DateTimeOffset at, string reason = "scope_not_permitted") => Some.Record(RecordKind.Refusal, reason) with { At = at };

    private static Task WriteAsync(TestDatabase database, params ExchangeRecord[] records) => database.Ledger.RecordAsync(records, Stop);
}

[Collection(OnSqlite.Name)]
public sealed class SqliteRecordStatisticsTests(SqliteServer server) : RecordStatisticsTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerRecordStatisticsTests(SqlServerServer server) : RecordStatisticsTests(server);
