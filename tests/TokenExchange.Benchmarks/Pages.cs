using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Storage;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Benchmarks;

/// <summary>
/// What the pages for administrators ask the database, with a million records in SQLite. The first row, a page in the order of the primary key, is the baseline;
/// it is asked again at the end, because machines are noisy, and CPU is the median of the time that this process had the processor, whoever else had it. Each row is
/// one question, asked 20 times. What other pages ask is one more list of rows.
/// </summary>
internal static class Pages
{
    private const int Runs = 20;
    private const int Size = 50;

    // The instant of the last record: minutes are whole in what is filled, not by when it is run.
    private static readonly DateTimeOffset s_now = new(2031, 5, 6, 7, 0, 30, TimeSpan.Zero);

    public static async Task RunAsync(int records)
    {
        var folder = Directory.CreateTempSubdirectory("tokenexchange_pages_");
        try
        {
            var file = Path.Combine(folder.FullName, "pages.db");
            await using var services = Open(file);
            var start = Stopwatch.GetTimestamp();
            await services.GetRequiredService<Schema>().MigrateAsync(CancellationToken.None);
            RecordsForPages.Fill($"Data Source={file}", records, s_now);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{records:N0} records, {new FileInfo(file).Length / 1e6:N0} MB, filled in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));

            Console.WriteLine($"{"question",-62}{"min",9}{"median",9}{"max",9}{"CPU",9}{"ratio",8}  answer");
            double? baseline = null;
            foreach (var (name, ask) in Audit(services.GetRequiredService<RecordSearch>(), records).Concat(Overview(services.GetRequiredService<RecordStatistics>())))
            {
                baseline = await MeasureAsync(name, ask, baseline);
            }

            await PagesWriting.RunAsync(services, file, records);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Storage over one file, as the server registers it.</summary>
    public static ServiceProvider Open(string file) => new ServiceCollection().AddSqliteStorage(_ => $"Data Source={file}").BuildServiceProvider();

    private static async Task<double> MeasureAsync(string name, Func<Task<string>> ask, double? baseline)
    {
        // The first time, EF translates the question.
        var answer = await ask();
        var (times, cpu) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await ask();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            cpu.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        times.Sort();
        cpu.Sort();
        var median = times[Runs / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-62}{times[0],9:0.00}{median,9:0.00}{times[^1],9:0.00}{cpu[Runs / 2],9:0.00}{median / (baseline ?? median),8:0.0}  {answer}"));
        return baseline ?? median;
    }

    private static IEnumerable<(string Name, Func<Task<string>> Ask)> Audit(RecordSearch search, int records)
    {
        const string Frequent = RecordsForPages.FrequentSubject, Rare = RecordsForPages.Rare, Missing = RecordsForPages.Missing;
        var half = records / 2;
        var all = new RecordFilter();
        yield return Older("newest page, primary key (baseline)", all);
        yield return Older("page in the middle", all, half);
        yield return ("page in the middle, newer", async () => Told(await search.NewerAsync(all, half, Size, CancellationToken.None)));
        foreach (var (name, filter) in new (string, Func<string, RecordFilter>)[]
        {
            ("subject", v => all with { Subject = v }), ("client", v => all with { ClientId = v }), ("reason", v => all with { Reason = v }), ("session", v => all with { Session = v }),
            ("delegation", v => all with { Delegation = v }), ("token", v => all with { TokenId = v }), ("issuer", v => all with { SubjectIssuer = v }), ("purpose", v => all with { Purpose = v }),
            ("resource", v => all with { Resource = v }), ("policy", v => all with { Policy = v }), ("source", v => all with { Source = v }),
        })
        {
            yield return Older($"{name}: none has it", filter(Missing));
        }

        yield return Older("subject: half of all", all with { Subject = Frequent });
        yield return Older("subject: three of all", all with { Subject = "corp|" + Rare });
        yield return ("subject: three of all, newer", async () => Told(await search.NewerAsync(all with { Subject = "corp|" + Rare }, 0, Size, CancellationToken.None)));
        yield return Older("client: half of all", all with { ClientId = RecordsForPages.FrequentAgent });
        yield return Older("reason: permitted", all with { Reason = "permitted" });
        yield return Older("reason: three of all", all with { Reason = Rare });
        yield return Older("purpose: a tenth of all", all with { Purpose = "purpose.3" });
        yield return Older("purpose: three of all, far away", all with { Purpose = "purpose.rare" });
        yield return Older("source: a hundredth of all", all with { Source = "10.0.0.7" });
        yield return Older("session", all with { Session = "session-3-7" });
        yield return Older("delegation", all with { Delegation = "session-0-7-0-3" });
        yield return Older("kind: permits", all with { Kinds = new HashSet<RecordKind> { RecordKind.Permit } });
        yield return Older("kind: refusals", all with { Kinds = new HashSet<RecordKind> { RecordKind.Refusal } });
        yield return Older("kinds: three of all, and none", all with { Kinds = new HashSet<RecordKind> { RecordKind.EventStream, RecordKind.SecurityEvent } });
        yield return Older("kinds: all but permits", all with { Kinds = Enum.GetValues<RecordKind>().Where(k => k != RecordKind.Permit).ToHashSet() });
        yield return Older("an hour in the middle", Hour(12));
        yield return Older("the whole day by its instants", all with { From = s_now.AddDays(-2), Until = s_now.AddDays(1) });
        yield return Older("an hour in which nothing was", Hour(-5));
        yield return Older("a year ago, nothing was", Hour(24 * 365));
        yield return Older("an hour in the middle, subject: half of all", Hour(12) with { Subject = Frequent });
        yield return Older("an hour in the middle, purpose: none has it", Hour(12) with { Purpose = Missing });
        yield return Older("subject and client: half of all each", all with { Subject = Frequent, ClientId = RecordsForPages.FrequentAgent });
        yield return Older("subject: half of all, and a client that never met it", all with { Subject = Frequent, ClientId = RecordsForPages.AgentOfOthers });
        yield return Older("subject: half of all, refused for a rare reason", all with { Subject = Frequent, Reason = Rare, Kinds = new HashSet<RecordKind> { RecordKind.EventStream } });
        yield return Older("client: half of all, purpose: none has it", all with { ClientId = RecordsForPages.FrequentAgent, Purpose = Missing });
        yield return Older("client: one of twenty, purpose: none has it", all with { ClientId = "agent-3", Purpose = Missing });
        yield return Older("kinds: all but permits, purpose: none has it", all with { Kinds = Enum.GetValues<RecordKind>().Where(k => k != RecordKind.Permit).ToHashSet(), Purpose = Missing });
        yield return ("one record with everything", async () => (await search.FindAsync(half, CancellationToken.None))!.Id.ToString(CultureInfo.InvariantCulture));
        yield return ("siblings of a delegation", async () => $"{(await search.SiblingsAsync("session-0-7-0-3", CancellationToken.None)).Count}");
        yield return ("export of 1,000 with everything", async () => $"{await search.StreamAsync(all, 1000, withQuestions: true, CancellationToken.None).CountAsync()}");
        yield return Older("newest page, primary key (baseline again)", all);

        (string, Func<Task<string>>) Older(string name, RecordFilter filter, long? than = null) => (name, async () => Told(await search.OlderAsync(filter, than, Size, CancellationToken.None)));

        RecordFilter Hour(int ago) => all with { From = s_now.AddHours(-ago), Until = s_now.AddHours(1 - ago) };

        string Told(RecordPage page) => page.SearchedTo is { } to ? string.Create(CultureInfo.InvariantCulture, $"{page.Records.Count}, searched {(s_now - to).TotalHours:0.0} h back") : $"{page.Records.Count}";
    }

    private static IEnumerable<(string Name, Func<Task<string>> Ask)> Overview(RecordStatistics statistics)
    {
        foreach (var minutes in new[] { 60, RecordStatistics.MaxMinutes })
        {
            yield return ($"exchanges per minute, {minutes} minutes", async () =>
            {
                var rates = await statistics.PerMinuteAsync(minutes, s_now, CancellationToken.None);
                return $"{rates.Minutes.Sum(m => m.Permitted)} permitted, {rates.Minutes.Sum(m => m.Refused)} refused{(rates.IsComplete ? "" : $", {rates.Minutes.Count(m => m.Permitted is not null)} minutes counted")}";
            });
        }

        foreach (var hours in new[] { 1, 24 })
        {
            yield return ($"top refusal reasons, {hours} h", async () => Told(await statistics.TopRefusalsAsync(s_now.AddHours(-hours), 5, CancellationToken.None)));
        }

        static string Told(RecordCounts counts) => $"{counts.Counts[0].Name}: {counts.Counts[0].Count}{(counts.IsComplete ? "" : string.Create(CultureInfo.InvariantCulture, $", counted {(s_now - counts.CountedFrom).TotalHours:0.0} h"))}";
    }
}
