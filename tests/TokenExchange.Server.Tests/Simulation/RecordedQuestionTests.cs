using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Simulation;

/// <summary>Of every exchange that policy was asked about, the question is on record exactly, with the claims that policies look at and no other; never a token.</summary>
public sealed class RecordedQuestionTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(World.Configuration with
    {
        Policies =
        [
            .. World.Configuration.Policies!,
            World.Permit("by-department", "mail.digest", World.KeyAgent, "mail.read") with
            {
                Conditions =
                [
                    new ConditionDefinition { ClaimEquals = new ClaimConditionDefinition { Claim = "department", Value = "sales" } },
                    new ConditionDefinition { ClaimContains = new ClaimConditionDefinition { Claim = "groups", Value = "staff" } },
                ],
            },
        ],
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_permit_is_on_record_with_its_question()
    {
        await _server.FirstHopAsync(("scope", "mail.read"), ("resource", "https://MAIL.example/"));

        (await QuestionAsync()).ShouldBe(
            """{"now":"2026-03-02T10:00:00.5+00:00","agent":{"id":"inbox-agent","kind":"ai_agent","tags":["internal"]},"subject":{"issuer":"https://idp.example","authTime":"2026-03-02T09:40:00+00:00","acr":"pwd","amr":["pwd"],"claims":{"department":["sales"],"groups":[]},"unknown":[]}"""
            + ""","resource":"https://mail.example","purpose":"inbox.triage","scopes":["mail.read"],"depth":1,"source":"127.0.0.1","decision":{"permit":"triage-by-inbox-agent","purpose":"inbox.triage","granted":["mail.read"]}}""");
    }

    [Fact]
    public async Task A_denial_is_on_record_with_its_question()
    {
        var assertion = _server.Assertion(c =>
        {
            (c["scope"], c["groups"]) = ("mail.read mail.label", new JsonObject { ["not"] = "a text" });
            c.Remove("acr");
        });

        await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt, ("purpose", null), ("scope", "mail.send mail.read"));

        (await QuestionAsync()).ShouldBe(
            """{"now":"2026-03-02T10:00:00.5+00:00","agent":{"id":"inbox-agent","kind":"ai_agent","tags":["internal"]},"subject":{"issuer":"https://idp.example","authTime":"2026-03-02T09:40:00+00:00","amr":["pwd"],"claims":{"department":["sales"]},"unknown":["groups"]}"""
            + ""","resource":"https://mail.example","scopes":["mail.read","mail.send"],"ceiling":["mail.label","mail.read"],"depth":1,"source":"127.0.0.1","decision":{"deny":"purpose_missing"}}""");
    }

    [Fact]
    public async Task A_hand_on_is_on_record_with_its_depth_and_what_the_token_in_hand_reaches()
    {
        await _server.HopAsync(World.SummaryAgent, await _server.FirstTokenAsync(), TokenTypes.AccessToken);

        var question = JsonNode.Parse(await QuestionAsync() ?? string.Empty)!;
        (question["depth"]!.ToJsonString(), question["ceiling"]!.ToJsonString(), question["purpose"]!.ToJsonString()).ShouldBe(("2", "[\"mail.read\"]", "\"inbox.triage\""));
    }

    [Fact]
    public async Task What_ends_before_policy_is_asked_has_no_question()
    {
        await _server.HopAsync(World.InboxAgent, "not.a.token", TokenTypes.Jwt);
        (await QuestionAsync()).ShouldBeNull();

        await _server.FirstHopAsync(("resource", "https://nowhere.example"));
        (await QuestionAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("scope", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")]
    [InlineData("scope", "mail.read " + World.Secret)]
    [InlineData("purpose", World.Secret)]
    [InlineData("purpose", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")]
    public async Task A_question_in_which_there_may_be_a_secret_is_not_kept(string parameter, string value)
    {
        (await _server.FirstHopAsync((parameter, value))).Status.ShouldBe(400);

        var record = await _server.LastRecordAsync();
        record.PolicySetVersion.ShouldBe(1, "policy was asked");
        record.Question.ShouldBeNull();
    }

    [Fact]
    public async Task Nor_is_one_with_a_token_in_a_claim()
    {
        await _server.HopAsync(World.InboxAgent, _server.Assertion(c => c["department"] = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"), TokenTypes.Jwt);

        (await _server.LastRecordAsync()).Question.ShouldBeNull();
    }

    [Fact]
    public async Task What_does_not_exist_but_could_be_a_name_is_kept()
    {
        await _server.FirstHopAsync(("scope", "mail.burn"), ("purpose", "inbox.unheard-of"));

        JsonNode.Parse(await QuestionAsync() ?? string.Empty)!.ShouldSatisfyAllConditions(
            q => q["purpose"]!.ToJsonString().ShouldBe("\"inbox.unheard-of\""),
            q => q["scopes"]!.ToJsonString().ShouldBe("[\"mail.burn\"]"),
            q => q["decision"]!.ToJsonString().ShouldBe("""{"deny":"purpose_unknown"}"""));
    }

    private async Task<string?> QuestionAsync() => (await _server.LastRecordAsync()).Question?.ToJson();
}
