using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Benchmarks;

/// <summary>
/// Whether failures of client authentication can be told apart by their time. Two kinds of failure are sent in random turns over one connection; printed are
/// both medians and how often a request of the first kind takes longer than one of the second: 50% means that time tells nothing. The first row compares a
/// failure with itself, the last one with an answer that is known to cost less: what the measurement calls equal, and that it can see a difference.
/// </summary>
internal static class Timing
{
    public static async Task RunAsync(int count)
    {
        await using var server = await RunningServer.StartAsync();
        var key = new TestKey("agent-1");
        (string Name, Func<Task> First, Func<Task> Second)[] rows =
        [
            ("wrong secret / wrong secret", () => Secret(World.InboxAgent), () => Secret(World.InboxAgent)),
            ("wrong secret / unknown client", () => Secret(World.InboxAgent), () => Secret("inbox-agenu")),
            ("wrong secret / disabled client", () => Secret(World.InboxAgent), () => Secret("disabled-agent")),
            ("wrong secret / client with keys", () => Secret(World.InboxAgent), () => Secret(World.KeyAgent)),
            ("assertion by another key / of an unknown client", () => Assertion(World.KeyAgent, "agent-1"), () => Assertion("kez-agent", "agent-1")),
            ("assertion by another key / of an unknown kid", () => Assertion(World.KeyAgent, "agent-1"), () => Assertion(World.KeyAgent, "agent-2")),
            ("assertion by another key / of a client with a secret", () => Assertion(World.KeyAgent, "agent-1"), () => Assertion(World.InboxAgent, "agent-1")),
            ("wrong secret / assertion by another key", () => Secret(World.InboxAgent), () => Assertion(World.KeyAgent, "agent-1")),
        ];
        foreach (var row in rows)
        {
            await CompareAsync(count / 4, row.First, row.Second);
        }

        Console.WriteLine($"{"first / second",-56}{"median",10}{"median",10}{"ratio",8}{"first is slower",17}");
        foreach (var (name, first, second) in rows)
        {
            var (a, b) = await CompareAsync(count, first, second);
            var (medianA, medianB) = (a[a.Length / 2], b[b.Length / 2]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-56}{medianA,7:0} µs{medianB,7:0} µs{medianA / medianB,8:0.000}{Slower(a, b),17:P1}"));
        }

        Task Secret(string client) => server.PostAsync("/token", client, World.Secret + "x", ("grant_type", GrantTypes.TokenExchange));

        Task Assertion(string client, string keyId)
        {
            var now = server.Now.ToUnixTimeSeconds();
            var assertion = key.Sign(
                new JsonObject { ["iss"] = client, ["sub"] = client, ["aud"] = server.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString("N") }, h => h["kid"] = keyId);
            return server.PostAsync(
                "/token", null, null, ("grant_type", GrantTypes.TokenExchange), ("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", assertion));
        }
    }

    // In random turns: whatever else the machine does meets both kinds alike.
    private static async Task<(double[] First, double[] Second)> CompareAsync(int count, Func<Task> first, Func<Task> second)
    {
        var (a, b) = (new List<double>(), new List<double>());
        while (a.Count < count || b.Count < count)
        {
            var chooseFirst = b.Count >= count || (a.Count < count && Random.Shared.Next(2) == 0);
            var start = Stopwatch.GetTimestamp();
            await (chooseFirst ? first() : second());
            (chooseFirst ? a : b).Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        a.Sort();
        b.Sort();
        return ([.. a], [.. b]);
    }

    // The probability that one of the first takes longer than one of the second (Mann and Whitney), both sorted.
    private static double Slower(double[] first, double[] second)
    {
        long wins = 0;
        var below = 0;
        foreach (var time in first)
        {
            while (below < second.Length && second[below] < time)
            {
                below++;
            }

            wins += below;
        }

        return (double)wins / ((long)first.Length * second.Length);
    }
}
