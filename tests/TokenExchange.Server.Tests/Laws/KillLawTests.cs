using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>L5: the record is durable before the response leaves. The server is a process of its own, and dies without warning.</summary>
public sealed class KillLawTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 4;
    private const int Connections = 6;

    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(12);

    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-test-").FullName;
    private readonly string _issuer = $"http://127.0.0.1:{RunningServer.FreePort()}";

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Law", "L5")]
    public async Task L5_Every_token_a_client_received_before_the_server_was_killed_is_on_record_and_remembered()
    {
        var received = new ConcurrentBag<string>();
        var clock = Stopwatch.StartNew();
        for (var round = 1; round <= Rounds && (round <= 2 || clock.Elapsed < s_enough); round++)
        {
            var before = received.Count;
            await using var server = await KillableServer.StartAsync(_folder, DeepWorld.Configuration, _issuer);
            var clients = Enumerable.Range(0, Connections).Select(n => ExchangeUntilItDiesAsync(server, n, received)).ToArray();
            while (received.Count == before && !server.HasExited)
            {
                await Task.Delay(5);
            }

            await Task.Delay(Random.Shared.Next(20, 1_500));
            await server.KillAsync();
            await Task.WhenAll(clients);

            received.Count.ShouldBeGreaterThan(before, server.Errors);
            var (records, rows) = await ReadAsync();
            output.WriteLine($"round {round}: {received.Count - before} tokens received; {records.Count} permits and {rows.Count} tokens stored in all");
            foreach (var token in received)
            {
                var claims = Jwt.Payload(token);
                var id = (string)claims["jti"]!;
                records.ContainsKey(id).ShouldBeTrue($"{id} has no record");
                rows.ContainsKey(id).ShouldBeTrue($"{id} is not remembered");
                records[id].ShouldBe((claims["act"]!.ToJsonString(), (string)claims["txn"]!, (string)claims["scope"]!, (string)claims["client_id"]!));
                rows[id].ShouldBe(((string)claims["txn"]!, (string)claims["client_id"]!));
            }

            // Both or neither, also for the exchanges that never got to answer.
            records.Keys.Order(StringComparer.Ordinal).ShouldBe(rows.Keys.Order(StringComparer.Ordinal));
        }

        // What was issued before the deaths is still known for what it is.
        await using var last = await KillableServer.StartAsync(_folder, DeepWorld.Configuration, _issuer);
        foreach (var token in received.Take(20))
        {
            using var answer = await PostAsync(last.Http, "/introspect", World.MailApi, [("token", token)]);
            (await answer.Content.ReadAsStringAsync()).ShouldStartWith("""{"active":true""");
        }
    }

    // A session lent and handed on until there is nobody left, again and again. What is received is what arrived whole.
    private static async Task ExchangeUntilItDiesAsync(KillableServer server, int number, ConcurrentBag<string> received)
    {
        try
        {
            while (true)
            {
                var subject = World.Assertion(DateTimeOffset.UtcNow, c => c["sid"] = Guid.NewGuid().ToString("N"));
                for (var hop = 0; hop < DeepWorld.Agents.Count; hop++)
                {
                    using var answer = await PostAsync(server.Http, "/token", DeepWorld.Agents[(number + hop) % DeepWorld.Agents.Count], DeepWorld.Form(subject, isAssertion: hop == 0));
                    var body = await answer.Content.ReadAsStringAsync();
                    subject = (string?)JsonNode.Parse(body)!["access_token"] ?? throw new InvalidOperationException(body);
                    received.Add(subject);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // It died.
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string client, (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent([.. form.Select(p => KeyValuePair.Create(p.Name, p.Value!)), new("client_id", client), new("client_secret", World.Secret)]),
        };
        return await http.SendAsync(request);
    }

    private async Task<(Dictionary<string, (string Chain, string Delegation, string Scopes, string Client)> Records, Dictionary<string, (string Delegation, string Client)> Rows)> ReadAsync()
    {
        var records = new Dictionary<string, (string, string, string, string)>(StringComparer.Ordinal);
        var rows = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        await using var connection = new SqliteConnection($"Data Source={KillableServer.DatabaseIn(_folder)}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT TokenId, Chain, Delegation, GrantedScopes, ClientId FROM ExchangeRecords WHERE Kind = {(int)RecordKind.Permit}";
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                records.Add(reader.GetString(0), (reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)));
            }
        }

        command.CommandText = "SELECT Id, DelegationId, ClientId FROM ActorTokens";
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                rows.Add(reader.GetString(0), (reader.GetString(1), reader.GetString(2)));
            }
        }

        return (records, rows);
    }
}
