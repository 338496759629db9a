using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>What a relying app is told that asks before an action: yes or no by the policies as they are, the reason code, and nothing else about policies.</summary>
public sealed class EvaluationTests(SharedAskingServer shared) : IClassFixture<SharedAskingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_good_token_may_do_what_it_says()
    {
        var answer = await Server.EvaluateAsync(AskingWorld.Question(await Server.FirstTokenAsync()));

        (answer.Status, answer.Body).ShouldBe((200, $$$"""{"decision":true,"context":{"reason":"permitted","policy_set_version":{{{await Server.PolicyVersionAsync()}}}}}"""));
        answer.ContentType.ShouldBe("application/json; charset=utf-8");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_scope_that_is_marked_sensitive_is_told_to_be() =>
        (await Server.EvaluateAsync(AskingWorld.Question(await Server.FirstTokenAsync(), "mail.send"))).Body
            .ShouldBe($$$"""{"decision":true,"context":{"reason":"permitted","policy_set_version":{{{await Server.PolicyVersionAsync()}}},"sensitive":true}}""");

    [Fact]
    public async Task An_evaluation_is_on_record_with_all_it_was_about_and_without_the_token()
    {
        var token = await Server.FirstTokenAsync();
        var claims = Jwt.Payload(token);

        await Server.EvaluateAsync(AskingWorld.Question(token, source: "203.0.113.7"));

        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Subject, record.SubjectIssuer, record.Purpose, record.Resource, record.RequestedScopes, record.GrantedScopes)
            .ShouldBe((RecordKind.Evaluation, "permitted", World.MailApi, "alice", World.Idp, World.Triage, World.Mail, "mail.read", "mail.read"));
        (record.TokenId, record.Delegation, record.Session).ShouldBe(((string)claims["jti"]!, (string)claims["txn"]!, (string)claims["sid"]!));
        (record.Policy, record.PolicySetVersion, record.Source, record.Detail).ShouldBe(("triage-by-inbox-agent", await Server.PolicyVersionAsync(), "127.0.0.1", "the agent calls from 203.0.113.7"));
        record.Chain.ShouldBe(claims["act"]!.ToJsonString());
        record.ToString().ShouldNotContain(token.Split('.')[1]);
        record.ToString().ShouldNotContain(token.Split('.')[2]);
    }

    [Theory]
    [InlineData("a scope the token lacks", "scope_not_permitted")]
    [InlineData("a scope nobody knows", "scope_not_permitted")]
    [InlineData("another user", "token_of_another_subject")]
    [InlineData("no token at all", "subject_token_malformed")]
    [InlineData("a session assertion", "subject_token_malformed")]
    [InlineData("a token signed by somebody else", "subject_token_signature")]
    [InlineData("a token for the API", "subject_token_claims")]
    [InlineData("an unknown resource", "resource_not_permitted")]
    public async Task What_the_token_does_not_say_is_denied_before_any_policy_is_asked(string what, string reason)
    {
        var token = await Server.FirstTokenAsync(("scope", "mail.read"));
        var question = what switch
        {
            "a scope the token lacks" => AskingWorld.Question(token, "mail.label"),
            "a scope nobody knows" => AskingWorld.Question(token, "mail.delete"),
            "another user" => AskingWorld.Question(token, subject: "bob"),
            "no token at all" => AskingWorld.Question("nonsense"),
            "a session assertion" => AskingWorld.Question(Server.Assertion()),
            "a token signed by somebody else" => AskingWorld.Question(World.IdpKey.Sign(Jwt.Header(token).ToJsonString(), Jwt.Payload(token).ToJsonString())),
            "a token for the API" => AskingWorld.Question(await Server.AppTokenAsync()),
            _ => AskingWorld.Question(token, resource: "https://unknown.example"),
        };

        await ShouldDenyAsync(await Server.EvaluateAsync(question), reason);
    }

    [Theory]
    [InlineData(AskingWorld.CalendarApi, World.Mail, "resource_not_permitted")]
    [InlineData(AskingWorld.CalendarApi, World.Calendar, "token_of_another_resource")]
    [InlineData(World.MailApi, World.Calendar, "resource_not_permitted")]
    public async Task Who_is_no_client_of_the_tokens_resource_learns_nothing_about_it(string client, string resource, string reason)
    {
        var good = await Server.FirstTokenAsync();
        var dead = await Server.FirstTokenAsync();
        (await Server.RevokeAsync(dead)).Status.ShouldBe(200);

        foreach (var token in new[] { good, dead })
        {
            await ShouldDenyAsync(await Server.EvaluateAsync(AskingWorld.Question(token, resource: resource), client), reason);
            var record = await Server.LastRecordAsync();
            (record.ClientId, record.TokenId).ShouldBe((client, (string)Jwt.Payload(token)["jti"]!), "who holds a token that is not for them is worth knowing about");
        }
    }

    [Fact]
    public async Task A_revoked_token_may_do_nothing()
    {
        var token = await Server.FirstTokenAsync();
        (await Server.RevokeAsync(token)).Status.ShouldBe(200);

        await ShouldDenyAsync(await Server.EvaluateAsync(AskingWorld.Question(token)), "subject_token_revoked");
    }

    [Fact]
    public async Task What_was_handed_on_is_judged_by_the_receivers_permit()
    {
        var second = (await Server.HopAsync(World.SummaryAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken)).AccessToken;

        (await Server.EvaluateAsync(AskingWorld.Question(second))).Body.ShouldContain("\"decision\":true");
        (await Server.LastRecordAsync()).Policy.ShouldBe("triage-by-summary-agent");
        await ShouldDenyAsync(await Server.EvaluateAsync(AskingWorld.Question(second, "mail.label")), "scope_not_permitted");
    }

    [Fact]
    public async Task The_resource_may_be_written_with_a_slash_at_its_end() =>
        (await Server.EvaluateAsync(AskingWorld.Question(await Server.FirstTokenAsync(), resource: World.Mail + "/"))).Body.ShouldContain("\"decision\":true");

    [Fact]
    public async Task What_the_standard_allows_besides_is_not_looked_at()
    {
        var question = AskingWorld.Question(await Server.FirstTokenAsync());
        question["subject"]!["properties"] = new JsonObject { ["department"] = "sales" };
        question["context"]!["time"] = "2026-03-02T10:00:00Z";
        question["evaluations"] = new JsonArray();
        question["x"] = 1;

        (await Server.EvaluateAsync(question)).Body.ShouldContain("\"decision\":true");
    }

    [Theory]
    [InlineData("ops", 403)]
    [InlineData("actor token", 401)]
    [InlineData("nothing", 401)]
    public async Task Nobody_asks_without_a_token_for_it(string who, int status)
    {
        await using var server = await RunningServer.StartAsync(World.WithOps(AskingWorld.Configuration));
        var actor = await server.FirstTokenAsync();
        var token = who switch { "ops" => await server.ApiTokenAsync(), "actor token" => actor, _ => null };

        foreach (var path in new[] { "/access/v1/evaluation", "/access/v1/evaluations" })
        {
            var answer = await server.ApiAsync(HttpMethod.Post, path, token, AskingWorld.Question(actor).ToJsonString());

            answer.Status.ShouldBe(status);
            answer.Body.ShouldNotContain("\"decision\"");
        }
    }

    [Fact]
    public async Task Where_to_ask_is_published() => (await Server.Http.GetStringAsync("/.well-known/authzen-configuration")).ShouldBe(
        $$"""{"policy_decision_point":"{{Server.Issuer}}","access_evaluation_endpoint":"{{Server.Issuer}}/access/v1/evaluation","access_evaluations_endpoint":"{{Server.Issuer}}/access/v1/evaluations"}""");

    private async Task ShouldDenyAsync(Answer answer, string reason)
    {
        (answer.Status, answer.Body).ShouldBe((200, $$$"""{"decision":false,"context":{"reason":"{{{reason}}}"}}"""));
        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.GrantedScopes).ShouldBe((RecordKind.Evaluation, reason, null));
    }
}
