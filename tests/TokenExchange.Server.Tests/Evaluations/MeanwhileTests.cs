using Microsoft.Data.Sqlite;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>What has changed since the token was issued counts: time, policies, parties.</summary>
public sealed class MeanwhileTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _token = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(AskingWorld.Configuration);
        _token = await _server.FirstTokenAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_sign_in_grows_old_while_the_token_lives()
    {
        (await AskAsync("mail.send")).ShouldStartWith("""{"decision":true""");

        _server.Clock.Advance(TimeSpan.FromMinutes(2.5));

        (await AskAsync("mail.send")).ShouldBe(
            $$$"""{"decision":false,"context":{"reason":"step_up_needed","policy_set_version":{{{await _server.PolicyVersionAsync()}}},"sensitive":true,"acr_values":"pwd phr","max_age":1320}}""");
        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.Detail).ShouldBe(
            (RecordKind.Evaluation, "step_up_needed", "authentication_insufficient: triage-by-inbox-agent: the user's authentication is not fresh or strong enough"));
        (await AskAsync("mail.read")).ShouldStartWith("""{"decision":true""");
    }

    [Fact]
    public async Task A_token_ends_here_when_it_ends()
    {
        _server.Clock.Advance(TimeSpan.FromMinutes(5));

        (await AskAsync()).ShouldBe("""{"decision":false,"context":{"reason":"subject_token_expired"}}""");
    }

    [Theory]
    [InlineData("the scope is taken out", "scope_not_permitted")]
    [InlineData("the purpose is no longer open", "purpose_not_permitted")]
    [InlineData("a deny is published", "purpose_not_permitted")]
    [InlineData("another claim of the user is wanted", "purpose_not_permitted")]
    [InlineData("a strong sign-in is wanted", "step_up_needed", ",\"acr_values\":\"phr\"")]
    [InlineData("what was lent may not be so old any more", "delegation_ended")]
    public async Task The_policies_that_count_are_those_published_now(string change, string reason, string more = "")
    {
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        await _server.ApplyAsync(change switch
        {
            "the scope is taken out" => AskingWorld.With(p => p with { Scopes = ["mail.label"], Limits = p.Limits with { PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) } }),
            "the purpose is no longer open" => AskingWorld.Configuration with { Policies = [.. AskingWorld.Configuration.Policies!.Where(p => !p.Agents.Contains(World.InboxAgent, StringComparer.Ordinal) || p.Purpose != World.Triage)] },
            "a deny is published" => AskingWorld.Configuration with { Policies = [.. AskingWorld.Configuration.Policies!, World.Permit("stop", World.Triage, World.InboxAgent) with { Effect = "deny" }] },
            "another claim of the user is wanted" => AskingWorld.With(p => p with
            {
                Subjects = [new SubjectDefinition { Issuer = World.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["legal"] } }],
            }),
            "a strong sign-in is wanted" => AskingWorld.With(p => p with { Limits = p.Limits with { AcrValues = ["phr"] } }),
            _ => AskingWorld.With(p => p with { Limits = p.Limits with { MaxDelegationAge = TimeSpan.FromMinutes(2) } }),
        });

        (await AskAsync()).ShouldBe($$$"""{"decision":false,"context":{"reason":"{{{reason}}}","policy_set_version":{{{await _server.PolicyVersionAsync()}}}{{{more}}}}}""");
        (await _server.LastRecordAsync()).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Claims_of_the_user_are_remembered_from_when_they_were_lent()
    {
        var sales = AskingWorld.With(p => p with
        {
            Subjects = [new SubjectDefinition { Issuer = World.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"] } }],
        });
        await _server.ApplyAsync(sales);
        _token = await _server.FirstTokenAsync();

        (await AskAsync()).ShouldStartWith("""{"decision":true""");
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("203.0.113.7", false)]
    [InlineData(null, false)]
    public async Task Where_the_agent_calls_from_is_what_the_relying_app_sees(string? source, bool permitted)
    {
        await _server.ApplyAsync(AskingWorld.With(p => p with { Conditions = [new ConditionDefinition { SourceNetwork = ["10.0.0.0/8"] }] }));

        (await _server.EvaluateAsync(AskingWorld.Question(_token, source: source))).Json["decision"]!.GetValue<bool>().ShouldBe(permitted);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("issuer")]
    public async Task A_party_that_is_disabled_takes_its_tokens_along(string party)
    {
        var c = AskingWorld.Configuration;
        await _server.ApplyAsync(party == "agent"
            ? c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.InboxAgent ? x with { Enabled = false } : x)] }
            : c with { Issuers = [.. c.Issuers!.Select(x => x with { Enabled = false })] });

        (await AskAsync()).ShouldBe("""{"decision":false,"context":{"reason":"subject_token_revoked"}}""");
    }

    [Fact]
    public async Task A_resource_that_is_disabled_is_not_there()
    {
        var c = AskingWorld.Configuration;
        await _server.ApplyAsync(c with { Resources = [.. c.Resources!.Select(x => x.Resource == World.Mail ? x with { Enabled = false } : x)] });

        (await AskAsync()).ShouldBe("""{"decision":false,"context":{"reason":"resource_not_permitted"}}""");
    }

    [Fact]
    public async Task No_record_no_decision()
    {
        var app = await _server.AppTokenAsync();
        await using (var connection = new SqliteConnection($"Data Source={_server.DatabasePath}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TRIGGER disk_full BEFORE INSERT ON ExchangeRecords WHEN NEW.Kind = 6 BEGIN SELECT RAISE(ABORT, 'disk full'); END";
            await command.ExecuteNonQueryAsync();
        }

        foreach (var scope in new[] { "mail.read", "mail.delete" })
        {
            var answer = await _server.ApiAsync(HttpMethod.Post, "/access/v1/evaluation", app, AskingWorld.Question(_token, scope).ToJsonString());

            (answer.Status, answer.Body).ShouldBe((503, """{"error":"temporarily_unavailable","error_description":"The server cannot keep its records at the moment; nothing was issued."}"""));
            answer.Headers.RetryAfter!.ToString().ShouldBe("5");
        }
    }

    private async Task<string> AskAsync(string scope = "mail.read") => (await _server.EvaluateAsync(AskingWorld.Question(_token, scope))).Body;
}
