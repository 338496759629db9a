using TokenExchange.Core.Policies;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>Records are found page by page, each exactly once, whatever is asked and whatever is written meanwhile.</summary>
public abstract class RecordSearchTests(DatabaseServer server) : StorageTests(server)
{
    private static readonly RecordFilter s_all = new();

    [Fact]
    public async Task Pages_there_and_back_have_every_record_once()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 25).Select(Numbered)]);

        var down = new List<RecordPage> { await database.Search.OlderAsync(s_all, than: null, count: 4, Stop) };
        while (down[^1].Older is { } than)
        {
            down.Add(await database.Search.OlderAsync(s_all, than, count: 4, Stop));
        }

        var up = new List<RecordPage> { down[^1] };
        while (up[^1].Newer is { } than)
        {
            up.Add(await database.Search.NewerAsync(s_all, than, count: 4, Stop));
        }

        down.Select(p => p.Records.Count).ShouldBe([4, 4, 4, 4, 4, 4, 1]);
        down.SelectMany(p => p.Records).Select(Name).ShouldBe(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"));
        up.Select(p => p.Records.Count).ShouldBe([1, 4, 4, 4, 4, 4, 4]);
        up.AsEnumerable().Reverse().SelectMany(p => p.Records).Select(Name).ShouldBe(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"));
        down.Concat(up).ShouldAllBe(p => p.SearchedTo == null);
        down[0].Newer.ShouldBeNull();
        up[^1].Older.ShouldBe(up[^1].Records[^1].Id);
    }

    [Fact]
    public async Task A_page_that_is_just_full_has_no_older_one()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 4).Select(Numbered)]);

        var page = await database.Search.OlderAsync(s_all, than: null, count: 4, Stop);

        (page.Records.Count, page.Older, page.Newer, page.SearchedTo).ShouldBe((4, null, null, null));
    }

    [Fact]
    public async Task Where_there_are_no_records_a_page_is_empty_and_leads_nowhere()
    {
        await using var database = await BlankAsync();

        var blank = await database.Search.OlderAsync(s_all, than: null, count: 4, Stop);
        await WriteAsync(database, [.. Enumerable.Range(0, 4).Select(Numbered)]);

        Told(blank).ShouldBe(("", null, null, null));
        foreach (var filter in new[] { s_all with { Subject = "nobody" }, s_all with { Source = "nowhere" }, s_all with { From = Some.Now.AddYears(1) }, s_all with { Until = Some.Now.AddYears(-1) } })
        {
            Told(await database.Search.OlderAsync(filter, than: null, count: 4, Stop)).ShouldBe(("", null, null, null));
            (await StreamAsync(database.Search, filter, 10)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_page_beyond_either_end_leads_back()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, Numbered(0));
        var id = (await database.Search.OlderAsync(s_all, than: null, count: 4, Stop)).Records.Single().Id;

        var older = await database.Search.OlderAsync(s_all, id, count: 4, Stop);
        var newer = await database.Search.NewerAsync(s_all, id, count: 4, Stop);

        (older.Records.Count, older.Older).ShouldBe((0, null));
        (newer.Records.Count, newer.Newer).ShouldBe((0, null));
        (await database.Search.NewerAsync(s_all, older.Newer!.Value, count: 4, Stop)).Records.Single().Id.ShouldBe(id);
        (await database.Search.OlderAsync(s_all, newer.Older, count: 4, Stop)).Records.Single().Id.ShouldBe(id);
        foreach (var made in new[] { long.MinValue, -1, long.MaxValue })
        {
            (await database.Search.OlderAsync(s_all, made, count: 4, Stop)).Records.Count.ShouldBe(made > 0 ? 1 : 0);
            (await database.Search.NewerAsync(s_all, made, count: 4, Stop)).Records.Count.ShouldBe(made > 0 ? 0 : 1);
            (await database.Search.NewerAsync(s_all with { Source = "nowhere" }, made, count: 4, Stop)).Records.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_is_written_meanwhile_shifts_no_page_and_is_on_the_newer_one()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 6).Select(Numbered)]);
        var first = await database.Search.OlderAsync(s_all, than: null, count: 3, Stop);

        await WriteAsync(database, Numbered(6), Numbered(7));
        var second = await database.Search.OlderAsync(s_all, first.Older, count: 3, Stop);
        var above = await database.Search.NewerAsync(s_all, first.Records[0].Id, count: 3, Stop);

        second.Records.Select(Name).ShouldBe(["2", "1", "0"]);
        above.Records.Select(Name).ShouldBe(["7", "6"]);
        above.Newer.ShouldBeNull();
    }

    [Theory]
    [InlineData("reason")]
    [InlineData("client")]
    [InlineData("subject")]
    [InlineData("issuer")]
    [InlineData("purpose")]
    [InlineData("resource")]
    [InlineData("delegation")]
    [InlineData("session")]
    [InlineData("token")]
    [InlineData("policy")]
    [InlineData("source")]
    [InlineData("kind")]
    public async Task A_condition_finds_its_records_and_no_others(string name)
    {
        var (own, other) = (Some.Id(), Some.Id());
        ExchangeRecord Set(string v) => Some.Record(RecordKind.Refusal, v) with
        {
            ClientId = v, Subject = v, SubjectIssuer = v, Purpose = v, Resource = v, Delegation = v, Session = v, TokenId = v, ParentTokenId = other, Policy = v, Source = v,
        };
        var all = Set(own);
        var (filter, without) = name switch
        {
            "reason" => (s_all with { Reason = own }, all with { Reason = other }),
            "client" => (s_all with { ClientId = own }, all with { ClientId = other }),
            "subject" => (s_all with { Subject = own }, all with { Subject = other }),
            "issuer" => (s_all with { SubjectIssuer = own }, all with { SubjectIssuer = other }),
            "purpose" => (s_all with { Purpose = own }, all with { Purpose = other }),
            "resource" => (s_all with { Resource = own }, all with { Resource = other }),
            "delegation" => (s_all with { Delegation = own }, all with { Delegation = other }),
            "session" => (s_all with { Session = own }, all with { Session = other }),
            "token" => (s_all with { TokenId = own }, all with { TokenId = other }),
            "policy" => (s_all with { Policy = own }, all with { Policy = other }),
            "source" => (s_all with { Source = own }, all with { Source = other }),
            _ => (s_all with { Kinds = new HashSet<RecordKind> { RecordKind.Refusal }, Subject = own }, all with { Kind = RecordKind.Evaluation }),
        };
        await WriteAsync(Database, without, all, without, Some.Record(), all with { Detail = "second" });

        var page = await Database.Search.OlderAsync(filter, than: null, count: 50, Stop);

        page.Records.Select(r => r.Record).ShouldBe([all with { Detail = "second" }, all]);
    }

    [Fact]
    public async Task A_token_is_found_with_what_was_derived_from_it_in_the_order_of_writing()
    {
        var token = Some.Id();
        ExchangeRecord[] records =
        [
            Some.Record() with { TokenId = token, Detail = "issued" },
            Some.Record() with { TokenId = Some.Id(), ParentTokenId = token, Detail = "derived" },
            Some.Revocation() with { TokenId = token, ParentTokenId = token, Detail = "both" },
            Some.Record(RecordKind.Refusal, "scope_not_permitted") with { ParentTokenId = token, Detail = "refused" },
            Some.Record(RecordKind.Evaluation) with { TokenId = token, Detail = "evaluated" },
        ];
        await WriteAsync(Database, records);

        var first = await Database.Search.OlderAsync(s_all with { TokenId = token }, than: null, count: 3, Stop);
        var second = await Database.Search.OlderAsync(s_all with { TokenId = token }, first.Older, count: 3, Stop);

        first.Records.Select(r => r.Record.Detail).ShouldBe(["evaluated", "refused", "both"]);
        second.Records.Select(r => r.Record.Detail).ShouldBe(["derived", "issued"]);
    }

    [Fact]
    public async Task From_is_the_first_instant_and_until_the_first_one_after()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(-2, 5).Select(i => Some.Record() with { At = Some.Now.AddTicks(i), Detail = $"{i}" })]);

        (await NamesAsync(s_all with { From = Some.Now })).ShouldBe(["2", "1", "0"]);
        (await NamesAsync(s_all with { Until = Some.Now })).ShouldBe(["-1", "-2"]);
        (await NamesAsync(s_all with { From = Some.Now, Until = Some.Now.AddTicks(1) })).ShouldBe(["0"]);
        (await NamesAsync(s_all with { From = Some.Now, Until = Some.Now })).ShouldBeEmpty();
        (await NamesAsync(s_all with { From = Some.Now.AddTicks(1), Until = Some.Now })).ShouldBeEmpty();
        (await NamesAsync(s_all with { From = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue })).Count.ShouldBe(5);
        (await NamesAsync(s_all with { From = Some.Now.ToOffset(TimeSpan.FromHours(5)), Until = Some.Now.AddTicks(2).ToOffset(TimeSpan.FromHours(-5)) })).ShouldBe(["1", "0"]);

        async Task<IReadOnlyList<string>> NamesAsync(RecordFilter filter) => [.. (await database.Search.OlderAsync(filter, than: null, count: 50, Stop)).Records.Select(Name)];
    }

    [Fact]
    public async Task Records_of_nodes_whose_clocks_differ_are_found_by_their_own_instants()
    {
        // One node is 50 seconds behind.
        await using var database = await BlankAsync();
        var records = Enumerable.Range(0, 60).Select(i => Some.Record() with { At = Some.Now.AddSeconds((10 * i) - (i % 3 == 0 ? 50 : 0)), Detail = $"{i}" }).ToList();
        await WriteAsync(database, [.. records]);

        for (var i = 0; i < 60; i += 7)
        {
            var (from, until) = (Some.Now.AddSeconds(10 * i), Some.Now.AddSeconds((10 * i) + 100));
            var expected = records.Where(r => r.At >= from && r.At < until).Reverse().Select(r => r.Detail);

            (await database.Search.OlderAsync(s_all with { From = from, Until = until }, than: null, count: 200, Stop)).Records.Select(Name).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_that_would_cost_too_much_stops_says_where_and_goes_on(bool byIndex)
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 20).Select(i => Some.Record() with { At = Some.Now.AddSeconds(i), Subject = "alice", Source = i is 0 or 19 ? "rare" : "usual", Detail = $"{i}" })]);
        var search = database.SearchWithin(new RecordSearchBounds { InOrder = 5, ByIndex = 5 });
        var filter = s_all with { Subject = byIndex ? "alice" : null, Source = "rare" };

        var down = new List<RecordPage> { await search.OlderAsync(filter, than: null, count: 2, Stop) };
        while (down[^1].Older is { } than)
        {
            down.Add(await search.OlderAsync(filter, than, count: 2, Stop));
        }

        var up = new List<RecordPage> { await search.NewerAsync(filter, down[^1].Records[^1].Id, count: 2, Stop) };
        while (up[^1].Newer is { } than)
        {
            up.Add(await search.NewerAsync(filter, than, count: 2, Stop));
        }

        down.Select(p => (string.Concat(p.Records.Select(Name)), p.SearchedTo)).ShouldBe(
            [("19", Some.Now.AddSeconds(15)), ("", Some.Now.AddSeconds(10)), ("", Some.Now.AddSeconds(5)), ("0", null)]);
        up.Select(p => (string.Concat(p.Records.Select(Name)), p.SearchedTo)).ShouldBe(
            [("", Some.Now.AddSeconds(5)), ("", Some.Now.AddSeconds(10)), ("", Some.Now.AddSeconds(15)), ("19", null)]);
        (await StreamAsync(search, filter, 10)).Select(Name).ShouldBe(["19", "0"]);
    }

    [Fact]
    public async Task Of_two_frequent_conditions_the_search_follows_the_one_with_which_it_comes_further()
    {
        await using var database = await BlankAsync();
        await WriteAsync(database, [.. Enumerable.Range(0, 40).Select(i => Some.Record() with { At = Some.Now.AddSeconds(i), Subject = "alice", ClientId = i % 5 == 0 ? "seldom" : "often" })]);
        var search = database.SearchWithin(new RecordSearchBounds { ByIndex = 5 });
        var filter = s_all with { Subject = "alice", ClientId = "seldom", Source = "nowhere" };

        (await search.OlderAsync(filter, than: null, count: 2, Stop)).SearchedTo.ShouldBe(Some.Now.AddSeconds(15));
        (await search.NewerAsync(filter, than: 0, count: 2, Stop)).SearchedTo.ShouldBe(Some.Now.AddSeconds(20));
    }

    [Fact]
    public async Task A_page_leaves_the_question_out_and_a_single_record_has_everything()
    {
        var record = Some.Record() with { Delegation = Some.Id(), Question = Some.Question() };
        await WriteAsync(Database, record);

        var listed = (await Database.Search.OlderAsync(s_all with { Delegation = record.Delegation }, than: null, count: 1, Stop)).Records.Single();

        listed.Record.ShouldBe(record with { Question = null });
        (await Database.Search.FindAsync(listed.Id, Stop)).ShouldBe(new NumberedRecord(listed.Id, record));
        (await Database.Search.SiblingsAsync(record.Delegation, Stop)).ShouldBe([listed]);
        (await StreamAsync(Database.Search, s_all with { Delegation = record.Delegation }, 1)).ShouldBe([new NumberedRecord(listed.Id, record)]);
        (await Database.Search.StreamAsync(s_all with { Delegation = record.Delegation }, 1, withQuestions: false, Stop).ToListAsync(Stop)).ShouldBe([listed]);
        (await Database.Search.FindAsync(long.MaxValue, Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Siblings_are_told_oldest_first_and_no_more_than_two_hundred()
    {
        var delegation = Some.Id();
        await WriteAsync(Database, [.. Enumerable.Range(0, 201).Select(i => Numbered(i) with { Delegation = delegation })]);

        (await Database.Search.SiblingsAsync(delegation, Stop)).Select(Name).ShouldBe(Enumerable.Range(0, 200).Select(i => $"{i}"));
        (await Database.Search.SiblingsAsync(Some.Id(), Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_export_is_newest_first_over_many_pages_and_ends_where_it_was_told_to()
    {
        var subject = Some.Id();
        await WriteAsync(Database, [.. Enumerable.Range(0, 450).Select(i => Numbered(i) with { Subject = subject, Question = Some.Question($"purpose-{i}") })]);
        var filter = s_all with { Subject = subject };

        var exported = new List<NumberedRecord>();
        await foreach (var record in Database.Search.StreamAsync(filter, int.MaxValue, withQuestions: true, Stop))
        {
            if (exported.Count == 100)
            {
                await WriteAsync(Database, Numbered(450) with { Subject = subject });
            }

            exported.Add(record);
        }

        exported.Select(Name).ShouldBe(Enumerable.Range(0, 450).Reverse().Select(i => $"{i}"));
        exported.Select(r => r.Record.Question!.Question.Purpose).ShouldBe(Enumerable.Range(0, 450).Reverse().Select(i => $"purpose-{i}"));
        (await StreamAsync(Database.Search, filter, 201)).Select(Name).ShouldBe(Enumerable.Range(250, 201).Reverse().Select(i => $"{i}"));
        (await StreamAsync(Database.Search, filter, 0)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task A_page_has_from_one_to_two_hundred_records(int count)
    {
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Database.Search.OlderAsync(s_all, than: null, count, Stop));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Database.Search.NewerAsync(s_all, than: 0, count, Stop));
    }

    // Whatever conditions come together, and however little a page may cost: what is found is what looking at each record finds.
    [Fact]
    public async Task Any_filter_finds_both_ways_what_looking_at_each_record_finds()
    {
        await using var database = await BlankAsync();
        var random = new Random(20310506);
        var records = Enumerable.Range(0, 300).Select(i => AnyRecord.Of(random, i)).ToList();
        await WriteAsync(database, [.. records]);
        var narrow = database.SearchWithin(new RecordSearchBounds { InOrder = 40, ByIndex = 15 });
        var found = 0;
        for (var i = 0; i < 40; i++)
        {
            var filter = AnyRecord.Filter(random);
            var search = i % 2 == 0 ? narrow : database.Search;
            var expected = records.Where(r => AnyRecord.Fits(r, filter)).Reverse().Select(r => r.Detail!).ToList();
            found += expected.Count;

            (await WalkAsync(null, p => p.Older, than => search.OlderAsync(filter, than, 7, Stop), newer: false)).ShouldBe(expected, filter.ToString());
            (await WalkAsync(0, p => p.Newer, than => search.NewerAsync(filter, than!.Value, 7, Stop), newer: true)).ShouldBe(expected, filter.ToString());
            (await StreamAsync(search, filter, int.MaxValue)).Select(Name).ShouldBe(expected, filter.ToString());
        }

        found.ShouldBeGreaterThan(300);
    }

    private static async Task<IReadOnlyList<string>> WalkAsync(long? start, Func<RecordPage, long?> next, Func<long?, Task<RecordPage>> read, bool newer)
    {
        var names = new List<string>();
        var page = await read(start);
        while (true)
        {
            names.InsertRange(newer ? 0 : names.Count, page.Records.Select(Name));
            if (next(page) is not { } than)
            {
                return names;
            }

            page = await read(than);
        }
    }

    private static ExchangeRecord Numbered(int i) => Some.Record() with { At = Some.Now.AddSeconds(i), Detail = $"{i}" };

    private static string Name(NumberedRecord record) => record.Record.Detail!;

    private static (string Names, long? Older, long? Newer, DateTimeOffset? SearchedTo) Told(RecordPage page) => (string.Concat(page.Records.Select(Name)), page.Older, page.Newer, page.SearchedTo);

    private static async Task<IReadOnlyList<NumberedRecord>> StreamAsync(RecordSearch search, RecordFilter filter, int atMost)
    {
        var records = new List<NumberedRecord>();
        await foreach (var record in search.StreamAsync(filter, atMost, withQuestions: true, Stop))
        {
            records.Add(record);
        }

        return records;
    }

    private static Task WriteAsync(TestDatabase database, params ExchangeRecord[] records) => database.Ledger.RecordAsync(records, Stop);
}

[Collection(OnSqlite.Name)]
public sealed class SqliteRecordSearchTests(SqliteServer server) : RecordSearchTests(server);

[Collection(OnSqlServer.Name)]
public sealed class SqlServerRecordSearchTests(SqlServerServer server) : RecordSearchTests(server);
