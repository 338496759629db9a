using TokenExchange.Core.Policies;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Exchanges are read back page by page, newest first: those that policy was asked about, and no others.</summary>
public abstract class RecordedExchangesTests(DatabaseServer server) : StorageTests(server)
{
    private RecordedExchanges Exchanges => Database.Exchanges;

    [Fact]
    public async Task Only_what_policy_was_asked_about_is_read()
    {
        var (before, _) = await Exchanges.MeasureAsync(1, Stop);
        ExchangeRecord[] asked =
        [
            Some.Record() with { Subject = Some.Id(), PolicySetVersion = 1, Question = Some.Question() },
            Some.Record(RecordKind.Refusal, "scope_not_permitted") with { Subject = Some.Id(), PolicySetVersion = 1, Question = Some.Question("inbox.archive") },
            Some.Record(RecordKind.Refusal, "scope_not_permitted") with { Subject = Some.Id(), PolicySetVersion = 1 },
        ];
        foreach (var record in asked)
        {
            await Database.Ledger.RecordAsync(Some.Record(RecordKind.Refusal, "subject_token_signature"), Stop);
            await Database.Ledger.RecordAsync(record, Stop);
            await Database.Ledger.RecordAsync(Some.Record((RecordKind)6, "permitted") with { PolicySetVersion = 1 }, Stop);
            await Database.Ledger.RecordAsync(Some.Change(), Stop);
        }

        var (newest, count) = await Exchanges.MeasureAsync(3, Stop);
        var read = await Exchanges.ReadPageAsync(newest + 1, 3, Stop);

        count.ShouldBe(3);
        newest.ShouldBe(read[0].Id);
        read.Select(r => (r.At, r.Subject, r.IsKept, r.Question)).ShouldBe(asked.Reverse().Select(a => (a.At, a.Subject, a.Question is not null, a.Question)));
        read[2].Id.ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_the_last_are_counted()
    {
        for (var i = 0; i < 7; i++)
        {
            await Database.Ledger.RecordAsync(Some.Record() with { PolicySetVersion = 1, Question = Some.Question($"purpose-{i}") }, Stop);
        }

        var (newest, count) = await Exchanges.MeasureAsync(5, Stop);
        var first = await Exchanges.ReadPageAsync(newest + 1, 3, Stop);
        var second = await Exchanges.ReadPageAsync(first[^1].Id, 3, Stop);

        count.ShouldBe(5);
        first.Concat(second).Select(r => r.Question!.Question.Purpose).ShouldBe(["purpose-6", "purpose-5", "purpose-4", "purpose-3", "purpose-2", "purpose-1"]);
    }

    [Fact]
    public async Task A_question_that_is_too_long_is_not_kept_and_its_record_is_written()
    {
        var longest = Some.Question() with { UnknownClaims = [new string('x', RecordedQuestion.MaxLength)] };
        await Database.Ledger.RecordAsync(Some.Record() with { Subject = "at length", PolicySetVersion = 1, Question = longest }, Stop);

        var (newest, _) = await Exchanges.MeasureAsync(1, Stop);
        var read = (await Exchanges.ReadPageAsync(newest + 1, 1, Stop)).Single();

        (read.Subject, read.IsKept, read.Question).ShouldBe(("at length", false, null));
    }

    [Fact]
    public async Task Before_there_is_any_there_is_none()
    {
        await using var blank = await Server.CreateEmptyAsync();
        await blank.Schema.MigrateAsync(Stop);

        (await blank.Exchanges.MeasureAsync(10, Stop)).ShouldBe((0, 0));
        (await blank.Exchanges.ReadPageAsync(long.MaxValue, 10, Stop)).ShouldBeEmpty();
    }
}

[Collection(OnSqlite.Name)]
public sealed class SqliteRecordedExchangesTests(SqliteServer server) : RecordedExchangesTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerRecordedExchangesTests(SqlServerServer server) : RecordedExchangesTests(server);
