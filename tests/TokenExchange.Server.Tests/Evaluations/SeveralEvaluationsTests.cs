using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Evaluations;

/// <summary>Several questions at once: each answered in its place, or as far as the first yes or no, and each answer on record.</summary>
public sealed class SeveralEvaluationsTests(SharedAskingServer shared) : IClassFixture<SharedAskingServer>
{
    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData(null, "yes no yes")]
    [InlineData("execute_all", "yes no yes")]
    [InlineData("deny_on_first_deny", "yes no")]
    [InlineData("permit_on_first_permit", "yes")]
    public async Task They_are_answered_in_order_and_as_far_as_is_wanted(string? semantic, string expected)
    {
        var questions = await AskAsync("mail.read", "mail.delete", "mail.label");
        if (semantic is not null)
        {
            questions["options"] = new JsonObject { ["evaluations_semantic"] = semantic, ["another"] = true };
        }

        var before = (await Server.RecordsAsync()).Count;
        var answer = await Server.EvaluateAllAsync(questions);

        var version = await Server.PolicyVersionAsync();
        var parts = expected.Split(' ').Select(e => e == "yes"
            ? $$$"""{"decision":true,"context":{"reason":"permitted","policy_set_version":{{{version}}}}}"""
            : """{"decision":false,"context":{"reason":"scope_not_permitted"}}""");
        answer.Body.ShouldBe($$"""{"evaluations":[{{string.Join(',', parts)}}]}""");
        var records = await Server.RecordsAsync();
        records.Take(records.Count - before - 1).Reverse().Select(r => r.Reason == "permitted" ? "yes" : "no").ShouldBe(expected.Split(' '), "the first new record is that of the app's own token");
    }

    [Fact]
    public async Task What_a_question_says_itself_goes_before_what_stands_beside_them()
    {
        var questions = await AskAsync("mail.read", "mail.read");
        questions["evaluations"]![1]!["subject"] = new JsonObject { ["type"] = "user", ["id"] = "bob" };

        (await Server.EvaluateAllAsync(questions)).Json["evaluations"]!.AsArray().Select(e => (string)e!["context"]!["reason"]!).ShouldBe(["permitted", "token_of_another_subject"]);
    }

    [Fact]
    public async Task A_mistake_in_one_is_the_no_of_that_one()
    {
        var questions = await AskAsync("mail.read", "two words", "mail.label");
        questions["evaluations"]!.AsArray().Add((JsonNode?)null);

        var answers = (await Server.EvaluateAllAsync(questions)).Json["evaluations"]!.AsArray();

        answers.Select(e => (bool)e!["decision"]!).ShouldBe([true, false, true, false]);
        answers[1]!.ToJsonString().ShouldBe("""{"decision":false,"context":{"error":{"status":400,"message":"action: write as name one scope of the resource"}}}""");
        answers[3]!.ToJsonString().ShouldBe("""{"decision":false,"context":{"error":{"status":400,"message":"subject: write type user, and as id the sub of the actor token"}}}""");
        (await Server.LastRecordAsync()).Reason.ShouldBe("malformed_request");
    }

    [Fact]
    public async Task Without_a_list_it_is_one_question_and_one_answer()
    {
        var question = AskingWorld.Question(await Server.FirstTokenAsync());
        var one = $$$"""{"decision":true,"context":{"reason":"permitted","policy_set_version":{{{await Server.PolicyVersionAsync()}}}}}""";

        (await Server.EvaluateAllAsync(question)).Body.ShouldBe(one);
        question["evaluations"] = new JsonArray();
        (await Server.EvaluateAllAsync(question)).Body.ShouldBe(one);
    }

    [Fact]
    public async Task Fifty_are_answered_and_one_more_is_too_many()
    {
        (await Server.EvaluateAllAsync(await AskAsync([.. Enumerable.Repeat("mail.read", 50)]))).Json["evaluations"]!.AsArray().Count.ShouldBe(50);

        var answer = await Server.EvaluateAllAsync(await AskAsync([.. Enumerable.Repeat("mail.read", 51)]));

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, "evaluations: ask at most 50 questions at once"));
    }

    [Fact]
    public async Task How_they_are_answered_is_not_guessed()
    {
        var questions = await AskAsync("mail.read");
        questions["options"] = new JsonObject { ["evaluations_semantic"] = "permit_all" };

        var answer = await Server.EvaluateAllAsync(questions);

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, "options.evaluations_semantic: write execute_all, deny_on_first_deny or permit_on_first_permit, or leave it out"));
    }

    private async Task<JsonObject> AskAsync(params IReadOnlyList<string> scopes)
    {
        var questions = AskingWorld.Question(await Server.FirstTokenAsync(), scope: null);
        questions["evaluations"] = new JsonArray([.. scopes.Select(s => new JsonObject { ["action"] = new JsonObject { ["name"] = s } })]);
        return questions;
    }
}
