using System.Diagnostics;
using System.Globalization;
using System.Net;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Benchmarks;

/// <summary>
/// Requests per second at a relying app with our package, policies and revocations included, beside one with stock <c>JwtBearer</c> alone; the same token, in turns.
/// Who sends runs in the same process and takes its share of the cores, so the ratio is closer to 1 than that of the apps by themselves.
/// </summary>
internal static class Validation
{
    private const int Connections = 16;
    private const int Runs = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OneRun = TimeSpan.FromSeconds(3);

    public static async Task RunAsync()
    {
        await using var server = await Apps.StartServerAsync();
        var ours = await Apps.StartOursAsync(server);
        var stock = await Apps.StartStockAsync(server);
        await using var oursApp = ours.App;
        await using var stockApp = stock.App;
        var token = await server.FirstTokenAsync();
        await RateAsync(ours.Http, token, WarmUp);
        await RateAsync(stock.Http, token, WarmUp);
        var (a, b) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            a.Add(await RateAsync(ours.Http, token, OneRun));
            b.Add(await RateAsync(stock.Http, token, OneRun));
        }

        a.Sort();
        b.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"AddActorToken with Enforcement {a[Runs / 2],8:0} /s    stock JwtBearer {b[Runs / 2],8:0} /s    ratio {a[Runs / 2] / b[Runs / 2]:0.00}"));
    }

    private static async Task<double> RateAsync(HttpClient http, string token, TimeSpan time)
    {
        var (count, since) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (since.Elapsed < time)
            {
                if (await Apps.GetAsync(http, token) != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException("A request was refused.");
                }

                Interlocked.Increment(ref count);
            }
        })));
        return count / since.Elapsed.TotalSeconds;
    }
}
