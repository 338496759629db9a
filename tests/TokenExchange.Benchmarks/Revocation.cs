using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Benchmarks;

/// <summary>From the POST of a revocation to the first refusal at a relying app that follows the event stream; with 1, 10 and 100 apps connected.</summary>
internal static class Revocation
{
    public static async Task RunAsync(int times)
    {
        Console.WriteLine($"{"apps",-6}{"p50",10}{"p99",10}{"max",10}");
        await using var server = await Apps.StartServerAsync();
        var apps = new List<(WebApplication App, HttpClient Http)>();
        foreach (var count in new[] { 1, 10, 100 })
        {
            while (apps.Count < count)
            {
                apps.Add(await Apps.StartOursAsync(server));
            }

            await MeasureAsync(server, apps, Math.Min(times, 20));
            var measured = await MeasureAsync(server, apps, times);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{count,-6}{measured[measured.Count / 2],7:0} ms{measured[(int)(measured.Count * 0.99)],7:0} ms{measured[^1],7:0} ms"));
        }

        foreach (var (app, http) in apps)
        {
            http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private static async Task<List<double>> MeasureAsync(RunningServer server, List<(WebApplication App, HttpClient Http)> apps, int times)
    {
        var measured = new List<double>();
        var admin = await server.ApiTokenAsync();
        for (var i = 0; i < times; i++)
        {
            var http = apps[Random.Shared.Next(apps.Count)].Http;
            var token = await server.FirstTokenAsync();
            if (await Apps.GetAsync(http, token) != HttpStatusCode.OK)
            {
                throw new InvalidOperationException("A good token was refused.");
            }

            var since = Stopwatch.GetTimestamp();
            var revoked = server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", admin, $$"""{"kind":"token","id":"{{Jwt.Payload(token)["jti"]}}"}""");
            while (await Apps.GetAsync(http, token) == HttpStatusCode.OK)
            {
                await Task.Delay(1);
            }

            measured.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            if ((await revoked).Status != 200)
            {
                throw new InvalidOperationException("The revocation was refused.");
            }
        }

        measured.Sort();
        return measured;
    }
}
