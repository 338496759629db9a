using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Benchmarks;

/// <summary>What the indexes of the pages cost whoever writes: the same writes, in turns, to a database with them and to a copy of it without.</summary>
internal static class PagesWriting
{
    private const int Rounds = 20;
    private const int PerRound = 100;

    // All but the one that was there before there were pages.
    private const string NewIndexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'ExchangeRecords' AND name <> 'IX_ExchangeRecords_Delegation'";

    public static async Task RunAsync(ServiceProvider with, string file, int records)
    {
        var copy = file + ".copy";
        SqliteConnection.ClearAllPools();
        File.Copy(file, copy);
        var dropped = Drop(copy);
        await using var without = Pages.Open(copy);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"writing, with and without {dropped} indexes, {records:N0} records there: median of {Rounds} times {PerRound}"));
        Console.WriteLine($"{"",-40}{"with",10}{"without",10}{"ratio",7}{"CPU with",10}{"without",10}{"ratio",7}");
        foreach (var (name, write) in new (string, Func<IServiceProvider, Random, Task>)[] { ("record alone", RecordAsync), ("permit: record, token, revocations", PermitAsync) })
        {
            List<(double Time, double Cpu)> a = [], b = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var (first, second) = (await TimeAsync(with, write, round), await TimeAsync(without, write, round));
                if (round > 0)
                {
                    a.Add(first);
                    b.Add(second);
                }
            }

            var (time, plainTime, cpu, plainCpu) = (Median(a.Select(m => m.Time)), Median(b.Select(m => m.Time)), Median(a.Select(m => m.Cpu)), Median(b.Select(m => m.Cpu)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-40}{time,7:0.000} ms{plainTime,7:0.000} ms{time / plainTime,7:0.00}{cpu,7:0.000} ms{plainCpu,7:0.000} ms{cpu / plainCpu,7:0.00}"));
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static async Task<(double Time, double Cpu)> TimeAsync(IServiceProvider services, Func<IServiceProvider, Random, Task> write, int round)
    {
        var random = new Random(round);
        var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < PerRound; i++)
        {
            await write(services, random);
        }

        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds / PerRound, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / PerRound);
    }

    private static Task RecordAsync(IServiceProvider services, Random random) =>
        services.GetRequiredService<ExchangeLedger>().RecordAsync(RecordsForPages.Record(random, DateTimeOffset.UnixEpoch), CancellationToken.None);

    private static async Task PermitAsync(IServiceProvider services, Random random)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.NewGuid().ToString("N");
        var record = RecordsForPages.Record(random, now);
        var delegation = await services.GetRequiredService<DelegationStore>().StartAsync(
            new Delegation(id, id, record.Session!, record.Subject!, record.SubjectIssuer!, record.ClientId!, record.Purpose!, now), CancellationToken.None);
        var token = new IssuedToken
        {
            Id = id, Delegation = delegation, Ancestors = [], ClientId = record.ClientId!, Agents = [record.ClientId!], Resources = [record.Resource!], LentAt = now, Policy = record.Policy!,
            Scopes = ScopeSet.Of(record.GrantedScopes!.Split(' ')), MaxChainDepth = 3, DelegationEndsAt = now.AddHours(8), SubjectClaims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), IssuedAt = now, ExpiresAt = now.AddMinutes(5),
        };
        await services.GetRequiredService<ExchangeLedger>().CommitAsync(record with { TokenId = id, Delegation = id }, token, use: null, CancellationToken.None);
    }

    private static int Drop(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = NewIndexes;
        var names = new List<string>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                names.Add(reader.GetString(0));
            }
        }

        command.CommandText = string.Concat(names.Select(n => $"DROP INDEX \"{n}\";"));
        command.ExecuteNonQuery();
        return names.Count;
    }
}
