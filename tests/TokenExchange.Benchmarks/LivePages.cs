using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Maintenance;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Benchmarks;

/// <summary>
/// What the pages ask about live delegations, on SQLite: <see cref="LiveDatabase"/>. Baseline is one look at each live token; for what a revocation
/// would end also the way that loads the tokens. Then what it costs to issue a token, with these indexes and with those that the store would need without the pages.
/// </summary>
internal static class LivePages
{
    private const int Runs = 15;

    public static async Task RunAsync(int old)
    {
        await using var database = await LiveDatabase.FillAsync(old);
        Console.WriteLine($"{$"{LiveRows.Live} live delegations, {old} old ones",-59}{"min",12}{"median",12}{"max",12}{"processor",12}");
        Console.WriteLine("nothing revoked lately");
        await PagesAsync(database);
        await BelowAsync(database);

        await RevokeSomeAsync(database);
        Console.WriteLine("400 tokens, 200 delegations, 200 sessions, 200 users, an agent and a purpose revoked lately");
        await PagesAsync(database);
        await BelowAsync(database);

        await RevokeAsync(database, new Root(RootKind.Issuer, LiveRows.CommonIssuer));
        Console.WriteLine("and the issuer of two thirds");
        await PagesAsync(database);

        Console.WriteLine("writing");
        await WritingAsync(database);
    }

    private static async Task PagesAsync(LiveDatabase database)
    {
        var (live, history, now) = (database.Get<LiveDelegations>(), database.Get<DelegationHistory>(), LiveDatabase.Now);
        await MeasureAsync("baseline: one look at each live token", () => Task.FromResult(LookAtTokens(database)));
        await MeasureAsync("count", () => live.CountAsync(now, default));
        var deep = await PlaceAsync(live, 60);
        (string Name, LiveFilter Filter)[] filters =
        [
            ("everything", LiveFilter.Everything),
            ("agent, every other", new LiveFilter { Agent = LiveRows.CommonAgent }),
            ("agent, few", new LiveFilter { Agent = "agent-7" }),
            ("agent, none", new LiveFilter { Agent = "nobody" }),
            ("purpose, every other", new LiveFilter { Purpose = LiveRows.CommonPurpose }),
            ("purpose, few", new LiveFilter { Purpose = "purpose.7" }),
            ("issuer", new LiveFilter { Issuer = LiveRows.CommonIssuer }),
            ("resource", new LiveFilter { Resource = LiveRows.CommonResource }),
            ("agent, resource, purpose, issuer", new LiveFilter { Agent = "agent-7", Resource = "https://resource7.example", Purpose = LiveRows.CommonPurpose, Issuer = LiveRows.CommonIssuer }),
            ("subject", new LiveFilter { Subject = database.Someone.Subject }),
            ("session", new LiveFilter { Session = database.Someone.Session }),
            ("delegation", new LiveFilter { Delegation = database.Someone.Delegation }),
        ];
        foreach (var (name, filter) in filters)
        {
            await MeasureAsync($"page of 50: {name}", async () => (await live.ListAsync(filter, now, after: null, 50, default)).Delegations.Count);
        }

        await MeasureAsync("page of 50: everything, the 61st page", async () => (await live.ListAsync(LiveFilter.Everything, now, deep, 50, default)).Delegations.Count);
        await MeasureAsync("page of 50: agent, every other, from there", async () => (await live.ListAsync(new LiveFilter { Agent = LiveRows.CommonAgent }, now, deep, 50, default)).Delegations.Count);
        await MeasureAsync("a user's", async () => (await live.OfSubjectAsync(database.Someone.Subject, now, default)).Delegations.Count);
        await MeasureAsync("a user's history, page of 20", async () => (await history.OfSubjectAsync(database.Someone.Subject, now, before: null, 20, default)).Delegations.Count);
    }

    private static async Task BelowAsync(LiveDatabase database)
    {
        var (store, now) = (database.Get<DelegationStore>(), LiveDatabase.Now);
        foreach (var root in new[]
        {
            new Root(RootKind.Agent, LiveRows.CommonAgent), new Root(RootKind.Issuer, LiveRows.CommonIssuer), new Root(RootKind.Purpose, LiveRows.CommonPurpose),
            new Root(RootKind.Resource, LiveRows.CommonResource), new Root(RootKind.Subject, database.Someone.Subject), Root.Session(database.Someone.Session),
            Root.Delegation(database.Someone.Delegation), Root.Token(database.Token),
        })
        {
            await MeasureAsync($"below the {root.Kind.ToString().ToLowerInvariant()}", async () => (await store.MeasureBelowAsync(root, now, default)).Tokens);
            await MeasureAsync("  baseline: loaded and counted", async () => (await store.LiveBelowAsync(root, now, default)).Count, runs: 5);
        }
    }

    private static async Task<DelegationCursor?> PlaceAsync(LiveDelegations live, int pages)
    {
        DelegationCursor? place = null;
        for (var i = 0; i < pages && (i == 0 || place is not null); i++)
        {
            place = (await live.ListAsync(LiveFilter.Everything, LiveDatabase.Now, place, 50, default)).Next;
        }

        return place;
    }

    private static int LookAtTokens(LiveDatabase database)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = new SqliteCommand("SELECT Agents, Resources FROM ActorTokens WHERE ExpiresAt > $now", connection);
        command.Parameters.AddWithValue("$now", LiveDatabase.Now.UtcTicks);
        using var reader = command.ExecuteReader();
        var count = 0;
        while (reader.Read())
        {
            count++;
        }

        return count;
    }

    private static async Task RevokeSomeAsync(LiveDatabase database)
    {
        var page = await database.Get<LiveDelegations>().ListAsync(LiveFilter.Everything, LiveDatabase.Now, await PlaceAsync(database.Get<LiveDelegations>(), 20), 1000, default);
        var roots = page.Delegations.Select((d, i) => i switch
        {
            < 400 => Root.Token(d.Tokens[0].Id),
            < 600 => Root.Delegation(d.Delegation.Id),
            < 800 => Root.Session(d.Delegation.Session),
            _ => new Root(RootKind.Subject, d.Delegation.Subject),
        });
        foreach (var root in roots.Append(new Root(RootKind.Agent, "agent-9")).Append(new Root(RootKind.Purpose, "purpose.9")))
        {
            await RevokeAsync(database, root);
        }
    }

    private static Task<DateTimeOffset?> RevokeAsync(LiveDatabase database, Root root) => database.Get<RevocationStore>().RevokeAsync(
        root, "admin:somebody", new ExchangeRecord { At = LiveDatabase.Now, Kind = RecordKind.Revocation, Reason = "revoked" }, default);

    private static async Task WritingAsync(LiveDatabase database)
    {
        const string Before = """
            DROP INDEX "IX_ActorTokens_ExpiresAt_DelegationId_IssuedAt"; DROP INDEX "IX_ActorTokens_DelegationId_ExpiresAt"; DROP INDEX "IX_Delegations_Subject_StartedAt"; DROP INDEX "IX_Delegations_Session";
            DROP INDEX "IX_Revocations_RevokedAt_Kind"; DROP INDEX "IX_Revocations_Id"; CREATE INDEX "IX_ActorTokens_ExpiresAt" ON "ActorTokens" ("ExpiresAt"); CREATE INDEX "IX_ActorTokens_DelegationId" ON "ActorTokens" ("DelegationId");
            """;
        await using var other = database.Copy(Before);
        var (with, without) = (new Times(), new Times());
        for (var i = -100; i < 1000; i++)
        {
            // In turns: whatever else the machine does meets both alike.
            await IssueAsync(i % 2 == 0 ? database : other, i < 0 ? new Times() : i % 2 == 0 ? with : without);
            await IssueAsync(i % 2 == 0 ? other : database, i < 0 ? new Times() : i % 2 == 0 ? without : with);
        }

        Print("a first exchange, with these indexes", with.First);
        Print("  baseline: with two plain ones on tokens", without.First);
        Print("a further exchange, with these indexes", with.Further);
        Print("  baseline: with two plain ones on tokens", without.Further);

        var pruning = database.Get<PruningStore>();
        var start = Stopwatch.GetTimestamp();
        var pruned = await pruning.PruneAsync(LiveDatabase.Now.AddHours(1), default);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pruning {pruned.Tokens} tokens: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    private static async Task IssueAsync(LiveDatabase database, Times times)
    {
        var start = Stopwatch.GetTimestamp();
        var delegation = await database.Get<DelegationStore>().StartAsync(
            new Delegation(Id(), Id(), Id(), "https://idp.example|new", "https://new.example", LiveRows.CommonAgent, "new.purpose", LiveDatabase.Now), default);
        await CommitAsync();
        times.First.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        start = Stopwatch.GetTimestamp();
        await CommitAsync();
        times.Further.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

        async Task CommitAsync()
        {
            var token = new IssuedToken
            {
                Id = Id(), Delegation = delegation, Ancestors = [], ClientId = LiveRows.CommonAgent, Agents = [LiveRows.CommonAgent], Resources = [LiveRows.CommonResource],
                Scopes = ScopeSet.Of("mail.read"), LentAt = LiveDatabase.Now, Policy = "policy", MaxChainDepth = 3, DelegationEndsAt = LiveDatabase.Now.AddHours(8),
                SubjectClaims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), IssuedAt = LiveDatabase.Now, ExpiresAt = LiveDatabase.Now.AddMinutes(5),
            };
            var record = new ExchangeRecord { At = LiveDatabase.Now, Kind = RecordKind.Permit, Reason = "permitted", Delegation = delegation.Id };
            if (await database.Get<ExchangeLedger>().CommitAsync(record, token, use: null, default) != CommitOutcome.Committed)
            {
                throw new InvalidOperationException("A token was not issued.");
            }
        }

        static string Id() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
    }

    private static async Task MeasureAsync(string name, Func<Task<int>> act, int runs = Runs)
    {
        using var process = Process.GetCurrentProcess();
        var (times, found) = (new List<double>(), await act());
        var used = process.TotalProcessorTime;
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        process.Refresh();
        used = process.TotalProcessorTime - used;
        Print($"{name} ({found})", times, used / runs);
    }

    private static void Print(string name, List<double> times, TimeSpan? processor = null)
    {
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-60}{times[0],9:0.00} ms{times[times.Count / 2],9:0.00} ms{times[^1],9:0.00} ms{(processor is { } used ? $"{used.TotalMilliseconds,9:0.00} ms" : string.Empty)}"));
    }

    private sealed class Times
    {
        public List<double> First { get; } = [];

        public List<double> Further { get; } = [];
    }
}
