using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Web.Admin.Audit;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Web.Audit;

/// <summary>The records that somebody takes with them: all that were found, or a file that says it has not all.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private const string Sentence = "Cut: here are the newest 2 records of this search, and there are more. Narrow it, e.g. by time.";
    private const string Header =
        "id,at,kind,reason,client,subject,subject_issuer,chain,purpose,resource,requested_scopes,granted_scopes,txn,sid,jti,parent_jti,subject_token_sha256,actor_token_sha256,expires_at,policy_set_version,policy,source,detail";

    private RunningServer _server = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await AdminWorld.StartAsync(builder => builder.Services.AddSingleton(new RecordExportBounds { Records = 2 }));
        await _server.AppointAsync("ada", Roles.Auditor);
        _browser = await _server.SignedInAsync("ada");
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task As_many_records_as_fit_are_all_there_is()
    {
        var ids = await RecordAsync(2);

        (await _browser.GetAsync("/admin/audit?handler=Csv&Q.Subject=alice")).Body.ShouldBe(string.Join("\r\n", [Header, Row(ids[1]), Row(ids[0]), string.Empty]));
        (await JsonAsync()).ShouldBe([Line(ids[1]), Line(ids[0])]);
    }

    [Fact]
    public async Task A_file_that_is_cut_ends_with_a_row_or_an_object_that_says_so()
    {
        var ids = await RecordAsync(3);

        (await _browser.GetAsync("/admin/audit?handler=Csv&Q.Subject=alice")).Body.ShouldBe(
            string.Join("\r\n", [Header, Row(ids[2]), Row(ids[1]), $"\"{Sentence}\"{new string(',', Header.Count(c => c == ','))}", string.Empty]));
        (await JsonAsync()).ShouldBe([Line(ids[2]), Line(ids[1]), $$"""{"cut":"{{Sentence}}"}"""]);
    }

    private static string Row(long id) => $"\"{Text(id)}\",\"2026-03-02T10:00:00.5000000Z\",\"Permit\",\"permitted\",,\"alice\"{new string(',', 17)}";

    private static string Line(long id) =>
        new JsonObject { ["id"] = Text(id), ["at"] = "2026-03-02T10:00:00.5000000Z", ["kind"] = "Permit", ["reason"] = "permitted", ["subject"] = "alice", ["question"] = Question().ToJson() }.ToJsonString();

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static RecordedQuestion Question() => new(
        new PolicyQuestion
        {
            Now = RunningServer.Start,
            Agent = new AgentFacts("inbox-agent", "ai_agent", []),
            Subject = new SubjectFacts("https://idp.example", new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), new UserAuthentication(RunningServer.Start, null, [])),
            Resource = ResourceIndicator.Parse(World.Mail),
            Purpose = World.Triage,
            RequestedScopes = ScopeSet.Of("mail.read"),
            ChainDepth = 1,
        },
        [],
        new RecordedDecision.Permit(World.Triage, ScopeSet.Of("mail.read"), "some-policy"));

    private async Task<IReadOnlyList<string>> JsonAsync()
    {
        var lines = (await _browser.GetAsync("/admin/audit?handler=Json&Q.Subject=alice")).Body.Split('\n');
        lines[^1].ShouldBeEmpty();
        return [.. lines[..^1].Select(l => JsonNode.Parse(l)!.ToJsonString())];
    }

    // Oldest first.
    private async Task<IReadOnlyList<long>> RecordAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _server.Services.GetRequiredService<ExchangeLedger>().RecordAsync(
                new ExchangeRecord { At = RunningServer.Start, Kind = RecordKind.Permit, Reason = "permitted", Subject = "alice", Question = Question() }, default);
        }

        var found = await _server.Services.GetRequiredService<RecordSearch>().OlderAsync(new RecordFilter { Subject = "alice" }, than: null, count: 10, default);
        return [.. found.Records.Select(r => r.Id).Reverse()];
    }
}
