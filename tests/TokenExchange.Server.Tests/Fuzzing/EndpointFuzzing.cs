using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>
/// Garbage at every endpoint of the server executable: no answer is a 500, it does not end, and afterwards an ordinary exchange still works. For ten seconds,
/// or for as many minutes as the environment variable <c>TOKENEXCHANGE_FUZZ_MINUTES</c> says; then the server's memory must stay flat as well.
/// </summary>
public sealed class EndpointFuzzing(ITestOutputHelper output) : IDisposable
{
    private const int Senders = 4;

    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    // Growth from the first to the last third of a long run beyond this is taken for a leak: noise of a garbage collector stays well below.
    private const double MostGrowth = 1.25;

    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-test-").FullName;
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _broken = new();
    private readonly List<long> _memory = [];

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Whatever_is_sent_no_answer_is_an_error_of_the_servers_and_it_goes_on_serving()
    {
        var minutes = double.TryParse(Environment.GetEnvironmentVariable("TOKENEXCHANGE_FUZZ_MINUTES"), CultureInfo.InvariantCulture, out var written) ? written : 0;
        var duration = minutes > 0 ? TimeSpan.FromMinutes(minutes) : s_usual;
        await using var server = await KillableServer.StartAsync(_folder, World.Configuration, $"http://127.0.0.1:{RunningServer.FreePort()}");
        (await ExchangeAsync(server)).ShouldContain("access_token");

        using var over = new CancellationTokenSource(duration);
        var watching = WatchAsync(server, duration, over.Token);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAsync(server, over.Token))));
        await watching;

        Say("in all");
        server.HasExited.ShouldBeFalse(server.Errors);
        _broken.ShouldBeEmpty(server.Errors);
        _statuses.Keys.ShouldContain(200);
        _statuses.Keys.ShouldContain(400);

        // What the flood has taken of this address's share comes back within seconds.
        var answer = await ExchangeAsync(server);
        for (var i = 0; i < 20 && answer.Contains("Too many requests", StringComparison.Ordinal); i++)
        {
            await Task.Delay(500);
            answer = await ExchangeAsync(server);
        }

        answer.ShouldContain("access_token");
        if (minutes > 0)
        {
            var third = _memory.Count / 3;
            var (first, last) = (_memory.Take(third).Average(), _memory.TakeLast(third).Average());
            Say($"working set {first / 1e6:0} MB in the first third, {last / 1e6:0} MB in the last");
            (last / first).ShouldBeLessThan(MostGrowth);
        }
    }

    private async Task SendAsync(KillableServer server, CancellationToken over)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
        var address = new Uri(server.Issuer);
        while (!over.IsCancellationRequested && !server.HasExited)
        {
            foreach (var garbage in Garbage.Any.Sample(50).TakeWhile(_ => !over.IsCancellationRequested))
            {
                var status = await garbage.SendAsync(address, http);
                _statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
                if (status is >= 500 and not (501 or 505))
                {
                    _broken.Enqueue($"{status}: {garbage}");
                }

                await Task.Delay(s_pause, CancellationToken.None);
            }
        }
    }

    // Ten times a minute, so that a minute's average is one; in a short run often enough to see anything.
    private async Task WatchAsync(KillableServer server, TimeSpan duration, CancellationToken over)
    {
        var clock = Stopwatch.StartNew();
        var said = 0;
        while (!over.IsCancellationRequested && !server.HasExited)
        {
            // What it takes to get going is not growth.
            if (clock.Elapsed > duration / 10)
            {
                _memory.Add(server.WorkingSet);
            }

            if ((int)clock.Elapsed.TotalMinutes > said)
            {
                said = (int)clock.Elapsed.TotalMinutes;
                Say($"minute {said}");
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Min(6, duration.TotalSeconds / 20)), CancellationToken.None);
        }
    }

    private void Say(string when)
    {
        var line = $"{when}: {string.Join(", ", _statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} × {(s.Key == 0 ? "none" : s.Key)}"))}; working set {(_memory.Count == 0 ? 0 : _memory[^1] / 1_000_000)} MB";
        output.WriteLine(line);
    }

    private static async Task<string> ExchangeAsync(KillableServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", Core.Protocol.GrantTypes.TokenExchange), new("subject_token", World.Assertion(DateTimeOffset.UtcNow)), new("subject_token_type", Core.Protocol.TokenTypes.Jwt),
                new("resource", World.Mail), new("purpose", World.Triage), new("client_id", World.InboxAgent), new("client_secret", World.Secret),
            ]),
        };
        using var answer = await server.Http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.ToJsonString();
    }
}
