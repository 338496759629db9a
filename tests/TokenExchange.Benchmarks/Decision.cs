using System.Diagnostics;
using System.Globalization;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Benchmarks;

/// <summary>What one decision costs, and whether that grows with policies that have nothing to do with it. The first row is the baseline.</summary>
internal static class Decision
{
    private const int Runs = 7;
    private const int PerRun = 100_000;

    public static void Run()
    {
        Console.WriteLine($"{"policies",-10}{"permit",12}{"ratio",8}{"bytes",9}{"deny",12}{"ratio",8}{"bytes",9}");
        (double Time, double Bytes)? basePermit = null, baseDeny = null;
        foreach (var count in new[] { 10, 100, 1_000, 10_000 })
        {
            var set = Set(count);
            var permit = Measure(set, Question("mail.read"));
            var deny = Measure(set, Question("mail.send"));
            (basePermit, baseDeny) = (basePermit ?? permit, baseDeny ?? deny);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count,-10}{permit.Time,9:0.00} µs{permit.Time / basePermit.Value.Time,8:0.00}{permit.Bytes,9:0}{deny.Time,9:0.00} µs{deny.Time / baseDeny.Value.Time,8:0.00}{deny.Bytes,9:0}"));
        }
    }

    private static (double Time, double Bytes) Measure(PolicySet set, PolicyQuestion question)
    {
        for (var i = 0; i < PerRun; i++)
        {
            PolicyEvaluator.Decide(set, question);
        }

        var (times, bytes) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < PerRun; i++)
            {
                PolicyEvaluator.Decide(set, question);
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / PerRun);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)PerRun);
        }

        times.Sort();
        bytes.Sort();
        return (times[Runs / 2], bytes[Runs / 2]);
    }

    // Two policies answer; all others are other agents', at fifty resources under fifty purposes.
    private static PolicySet Set(int count)
    {
        var purposes = Enumerable.Range(0, 50).Select(i => new PurposeDefinition { Purpose = $"purpose.{i}", Title = "t", Description = "d" }).ToList();
        var policies = Enumerable.Range(0, count).Select(i => new PolicyDefinition
        {
            Name = $"policy-{i}", Purpose = $"purpose.{i % 50}", Agents = [i % (count / 2) == 0 ? "agent" : $"agent-{i}"], Subjects = [new SubjectDefinition { Issuer = "https://idp.example" }],
            Resource = i % (count / 2) == 0 ? "https://mail.example" : $"https://resource{i % 50}.example", Scopes = ["mail.read", "mail.label"],
        });
        return new PolicySet(1, purposes, [.. policies]);
    }

    private static PolicyQuestion Question(string scope) => new()
    {
        Now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Agent = new AgentFacts("agent", ClientKind.AiAgent, []),
        Subject = new SubjectFacts("https://idp.example", new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), UserAuthentication.Unknown),
        Resource = ResourceIndicator.Parse("https://mail.example"), Purpose = "purpose.0", RequestedScopes = ScopeSet.Of(scope), ChainDepth = 1,
    };
}
