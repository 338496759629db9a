using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Simulation;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Simulation;

/// <summary>What was asked on record is asked again of other policies, and every outcome that would differ is counted and named.</summary>
public sealed class ReplayApiTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(World.WithOps(World.Configuration));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_was_published_replays_without_a_difference()
    {
        var root = await _server.FirstTokenAsync();
        await _server.HopAsync(World.SummaryAgent, root, "urn:ietf:params:oauth:token-type:access_token");
        await _server.FirstHopAsync(("scope", "mail.send"));
        await _server.FirstHopAsync(("purpose", null));
        await _server.FirstHopAsync(("purpose", "mail.answer"));
        await _server.HopAsync(World.InboxAgent, "not.a.token", "urn:ietf:params:oauth:token-type:jwt");

        (await ReplayAsync("{}")).ShouldBe(
        [
            """{"replayed":0,"of":5}""",
            """{"replayed":5,"of":5}""",
            """{"result":{"records":5,"replayed":5,"unchanged":5,"changed":0,"notReplayable":[],"notKnowable":[],"changes":[],"policyDiffers":[]}}""",
        ]);
        (await ReplayAsync("""{"policySetVersion":1,"last":2}"""))[^1].ShouldContain("\"records\":2,\"replayed\":2,\"unchanged\":2,\"changed\":0");
    }

    [Fact]
    public async Task A_difference_is_told_with_an_example()
    {
        await _server.FirstHopAsync();
        await _server.FirstHopAsync(("scope", "mail.label"));
        var records = await NumbersAsync();

        var lines = await ReplayAsync($$"""{"policies":{{Json([World.Permit("read-only", World.Triage, World.InboxAgent, "mail.read")])}}}""");

        lines[^1].ShouldBe(
            $$$"""
            {"result":{"records":2,"replayed":2,"unchanged":0,"changed":2,"notReplayable":[],"notKnowable":[],"changes":[
            {"agent":"inbox-agent","purpose":"inbox.triage","change":"denied","from":"permit","to":"scope_not_permitted","records":1,"examples":[{"record":{{{records[0]}}},"at":"2026-03-02T10:00:00.5+00:00","subject":"alice","resource":"https://mail.example","requested":"mail.label","before":"permit mail.label under inbox.triage by triage-by-inbox-agent","after":"deny scope_not_permitted: read-only: does not reach mail.label"}]},
            {"agent":"inbox-agent","purpose":"inbox.triage","change":"narrower","from":"permit","to":"permit","records":1,"examples":[{"record":{{{records[1]}}},"at":"2026-03-02T10:00:00.5+00:00","subject":"alice","resource":"https://mail.example","before":"permit mail.label mail.read under inbox.triage by triage-by-inbox-agent","after":"permit mail.read under inbox.triage by read-only"}]}
            ],"policyDiffers":[]}}
            """.Replace("\n", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_claim_that_was_not_recorded_counts_against_the_agent_and_is_named()
    {
        await _server.FirstHopAsync();
        var number = (await NumbersAsync())[0];
        var byDepartment = World.Configuration.Policies![0] with { Conditions = [new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = "sales" } }] };

        var lines = await ReplayAsync($$"""{"policies":{{Json([byDepartment])}}}""");

        lines[^1].ShouldBe(
            $$$"""
            {"result":{"records":1,"replayed":1,"unchanged":0,"changed":1,"notReplayable":[],"notKnowable":[{"name":"department","records":1}],"changes":[
            {"agent":"inbox-agent","purpose":"inbox.triage","change":"denied","from":"permit","to":"condition_failed","records":1,"notKnowable":1,"examples":[{"record":{{{number}}},"at":"2026-03-02T10:00:00.5+00:00","subject":"alice","resource":"https://mail.example","before":"permit mail.label mail.read under inbox.triage by triage-by-inbox-agent","after":"deny condition_failed: triage-by-inbox-agent: claim department equals sales does not hold","notKnowable":["department"]}]}
            ],"policyDiffers":[]}}
            """.Replace("\n", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_hundred_thousand_records_every_changed_outcome_is_counted_in_its_group()
    {
        await InsertAsync(100_000);

        var lines = await ReplayAsync($$"""{"last":1000000,"policies":{{Json(Draft)}}}""");

        lines.SkipLast(1).ShouldBe(Enumerable.Range(0, 51).Select(i => $$"""{"replayed":{{i * 2_000}},"of":100000}"""));
        var result = JsonNode.Parse(lines[^1])!["result"]!.AsObject();
        Numbers(result).ShouldBe("records 100000, replayed 90000, unchanged 20000, changed 70000");
        result["notReplayable"]!.ToJsonString().ShouldBe("""[{"name":"not_recorded","records":9900},{"name":"unreadable","records":100}]""");
        Groups(result["changes"]!).ShouldBe(
        [
            "inbox-agent inbox.triage narrower permit -> permit: 40000, examples 5",
            "archive-agent inbox.triage denied permit -> resource_not_open: 10000, examples 5",
            "inbox-agent inbox.triage denied permit -> scope_not_permitted: 10000, examples 5",
            "key-agent mail.digest permitted purpose_not_open -> permit: 10000, examples 5",
        ]);
        Groups(result["policyDiffers"]!).ShouldBe(["summary-agent inbox.triage other_policy triage-by-summary-agent -> summary: 10000, examples 5"]);
        result["changes"]![0]!["examples"]!.AsArray().Select(e => (long)e!["record"]!).ShouldBeInOrder(SortDirection.Descending);

        var last = await ReplayAsync($$"""{"last":1000,"policies":{{Json(Draft)}}}""");
        last.Count.ShouldBe(3);
        Numbers(JsonNode.Parse(last[^1])!["result"]!.AsObject()).ShouldBe("records 1000, replayed 900, unchanged 200, changed 700");
    }

    [Fact]
    public async Task A_replay_that_is_given_up_reads_no_further()
    {
        await InsertAsync(10_000);
        using var given = new CancellationTokenSource();
        var seen = new List<int>();

        await Should.ThrowAsync<OperationCanceledException>(() => _server.Services.GetRequiredService<Replayer>().ReplayAsync(
            PolicySet.Empty,
            10_000,
            async (replayed, _) =>
            {
                seen.Add(replayed);
                if (replayed == 4_000)
                {
                    await given.CancelAsync();
                }
            },
            given.Token));

        seen.ShouldBe([0, 2_000, 4_000]);
    }

    [Fact]
    public async Task Whoever_hangs_up_gives_the_turn_back_and_that_is_no_refusal()
    {
        await InsertAsync(50_000);
        var token = await _server.ApiTokenAsync("admin.read");
        var replayer = _server.Services.GetRequiredService<Replayer>();
        var before = (await _server.LastRecordAsync()).Reason;
        using (replayer.TryBegin())
        {
            using (var response = await SendAsync("{}", token, HttpCompletionOption.ResponseHeadersRead))
            {
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
                (await reader.ReadLineAsync()).ShouldBe("""{"replayed":0,"of":10000}""");
            }

            // The server hears of it in its own time.
            IDisposable? turn;
            while ((turn = replayer.TryBegin()) is null)
            {
                await Task.Yield();
            }

            turn.Dispose();
        }

        (await _server.LastRecordAsync()).Reason.ShouldBe(before);
    }

    [Fact]
    public async Task Two_replays_at_a_time_are_enough_for_a_node()
    {
        var replayer = _server.Services.GetRequiredService<Replayer>();
        using (var first = replayer.TryBegin())
        using (var second = replayer.TryBegin())
        {
            first.ShouldNotBeNull();
            second.ShouldNotBeNull();
            var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/replays", await _server.ApiTokenAsync("admin.read"), "{}");
            (answer.Status, answer.ContentType, answer.Headers.RetryAfter!.ToString(), (string)answer.Json["error"]!).ShouldBe((429, "application/problem+json", "5", "temporarily_unavailable"));
            second.Dispose();
            (await ReplayAsync("{}")).Count.ShouldBe(2);
        }

        (await ReplayAsync("{}")).ShouldBe(
        [
            """{"replayed":0,"of":0}""",
            """{"result":{"records":0,"replayed":0,"unchanged":0,"changed":0,"notReplayable":[],"notKnowable":[],"changes":[],"policyDiffers":[]}}""",
        ]);
    }

    [Theory]
    [InlineData("""{"last":0}""", """{"last":["write a number from 1 to 1000000"]}""")]
    [InlineData("""{"last":1000001}""", """{"last":["write a number from 1 to 1000000"]}""")]
    [InlineData("""{"policySetVersion":2}""", """{"policySetVersion":["version 2 was never published"]}""")]
    [InlineData("""{"policySetVersion":1,"purposes":[]}""", """{"policySetVersion":["give a version, or a draft, or purposes and policies, not several of these"]}""")]
    public async Task A_mistake_is_named_with_its_member(string json, string errors)
    {
        var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/replays", await _server.ApiTokenAsync("admin.read"), json);

        (answer.Status, answer.ContentType).ShouldBe((400, "application/problem+json"));
        answer.Json["errors"]!.ToJsonString().ShouldBe(errors);
    }

    [Fact]
    public async Task Policies_of_a_large_installation_can_be_sent()
    {
        var many = Enumerable.Range(0, 1_500).Select(i => World.Permit($"policy-{i}-{new string('x', 100)}", World.Triage, World.InboxAgent, "mail.read")).ToArray();
        var json = $$"""{"policies":{{Json(many)}}}""";
        json.Length.ShouldBeGreaterThan(200 * 1024);

        (await ReplayAsync(json)).Count.ShouldBe(2);
    }

    // Every difference there is, as the policies would be changed.
    private static PolicyDefinition[] Draft =>
    [
        .. World.Configuration.Policies!.Where(p => p.Name != "triage-by-archive-agent").Select(p => p.Name switch
        {
            "triage-by-inbox-agent" => p with { Scopes = ["mail.read"] },
            "triage-by-summary-agent" => p with { Name = "summary" },
            _ => p,
        }),
        World.Permit("digest-by-key-agent", "mail.digest", World.KeyAgent, "mail.read"),
    ];

    private static string Json(IReadOnlyList<PolicyDefinition> policies) => JsonSerializer.Serialize(policies, ConfigurationJson.Compact);

    private static string Numbers(JsonObject result) => string.Join(", ", new[] { "records", "replayed", "unchanged", "changed" }.Select(n => $"{n} {result[n]}"));

    private static IEnumerable<string> Groups(JsonNode groups) =>
        groups.AsArray().Select(g => $"{g!["agent"]} {g["purpose"]} {g["change"]} {g["from"]} -> {g["to"]}: {g["records"]}, examples {g["examples"]!.AsArray().Count}");

    // Ten kinds of records in turn, and now and then one that policy was never asked about.
    private async Task InsertAsync(int count)
    {
        var catalog = await _server.Services.GetRequiredService<CatalogSource>().CurrentAsync(default);
        string?[] questions =
        [
            .. Enumerable.Repeat(Question(World.InboxAgent), 4), Question(World.InboxAgent, scopes: "mail.label"), Question(World.SummaryAgent), Question(World.ArchiveAgent),
            Question(World.KeyAgent, "mail.digest"), Question(World.InboxAgent, "mail.answer"), null,
        ];
        await using var connection = new SqliteConnection($"Data Source={_server.DatabasePath}");
        await connection.OpenAsync();
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync();
        await using var insert = new SqliteCommand(
            "INSERT INTO ExchangeRecords (At, Kind, Reason, Subject, PolicySetVersion, Question) VALUES (@at, @kind, 'written by a test', 'alice', @version, @question)", connection, transaction);
        var (at, kind, version, question) = (insert.Parameters.Add("@at", SqliteType.Integer), insert.Parameters.Add("@kind", SqliteType.Integer), insert.Parameters.Add("@version", SqliteType.Integer), insert.Parameters.Add("@question", SqliteType.Text));
        for (var i = 0; i < count; i++)
        {
            (at.Value, kind.Value, version.Value) = (RunningServer.Start.AddSeconds(i).UtcTicks, 1 + (i % 2), 1);
            question.Value = (object?)questions[i % 10] ?? (i % 1_000 == 999 ? "{}" : DBNull.Value);
            await insert.ExecuteNonQueryAsync();
            if (i % 20 == 0)
            {
                (kind.Value, version.Value, question.Value) = (2, DBNull.Value, DBNull.Value);
                await insert.ExecuteNonQueryAsync();
            }
        }

        await transaction.CommitAsync();

        string? Question(string agent, string purpose = World.Triage, string? scopes = null)
        {
            var client = catalog.FindAgent(agent, RunningServer.Start)!;
            var asked = new PolicyQuestion
            {
                Now = RunningServer.Start, Agent = new AgentFacts(agent, client.Kind, client.Tags), Resource = ResourceIndicator.Parse(World.Mail), Purpose = purpose, ChainDepth = 1,
                RequestedScopes = scopes is null ? null : ScopeSet.Of(scopes),
                Subject = new SubjectFacts(World.Idp, new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), UserAuthentication.Unknown),
            };
            return RecordedQuestion.Of(catalog.Policies, asked, PolicyEvaluator.Decide(catalog.Policies, asked)).ToJson();
        }
    }

    // Numbers of the records that can be replayed, newest first.
    private async Task<IReadOnlyList<long>> NumbersAsync()
    {
        var exchanges = _server.Services.GetRequiredService<Storage.Audit.RecordedExchanges>();
        return [.. (await exchanges.ReadPageAsync(long.MaxValue, 10, default)).Select(r => r.Id)];
    }

    private async Task<IReadOnlyList<string>> ReplayAsync(string json)
    {
        using var response = await SendAsync(json, await _server.ApiTokenAsync("admin.read"), HttpCompletionOption.ResponseContentRead);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString()).ShouldBe((200, "application/x-ndjson"), body);
        body[^1].ShouldBe('\n');
        return body.TrimEnd('\n').Split('\n');
    }

    private async Task<HttpResponseMessage> SendAsync(string json, string token, HttpCompletionOption completion)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/api/replays") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _server.Http.SendAsync(request, completion);
    }
}
