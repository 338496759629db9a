using System.Net;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>What stands on record of a question, byte by byte: old records must stay readable.</summary>
public class RecordedQuestionTests
{
    private const string Full =
        """{"now":"2026-06-01T08:00:00+00:00","agent":{"id":"inbox-agent","kind":"ai_agent","tags":["internal"]}"""
        + ""","subject":{"issuer":"https://idp.example","authTime":"2026-06-01T07:50:00+00:00","acr":"silver","amr":["pwd"],"claims":{"cost_center":[],"department":["sales"],"groups":["staff","managers"]},"unknown":["rôle"]}"""
        + ""","resource":"https://mail.example","purpose":"inbox.triage","scopes":["label","read"],"ceiling":[],"depth":2,"source":"2001:db8::1","decision":{"deny":"scope_not_permitted"}}""";

    private const string Least =
        """{"now":"2026-06-01T08:00:00+00:00","agent":{"id":"inbox-agent","kind":"ai_agent","tags":[]},"subject":{"issuer":"https://idp.example","amr":[],"claims":{},"unknown":[]}"""
        + ""","resource":"https://mail.example","depth":1,"decision":{"permit":"triage","purpose":"inbox.triage","granted":["read"]}}""";

    [Fact]
    public void A_question_with_everything_is_written_so() =>
        new RecordedQuestion(
            Sample.Question with { RequestedScopes = ScopeSet.Of("read", "label"), ScopeCeiling = ScopeSet.Empty, ChainDepth = 2, Source = IPAddress.Parse("2001:db8::1") },
            ["rôle"],
            new RecordedDecision.Deny(DenyReason.ScopeNotPermitted)).ToJson().ShouldBe(Full);

    [Fact]
    public void A_question_with_nothing_is_written_so() =>
        new RecordedQuestion(
            Sample.Question with { Agent = Sample.InboxAgent with { Tags = [] }, Subject = new SubjectFacts(Sample.Idp, new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), UserAuthentication.Unknown), Purpose = null },
            [],
            new RecordedDecision.Permit("inbox.triage", ScopeSet.Of("read"), "triage")).ToJson().ShouldBe(Least);

    [Theory]
    [InlineData(Full)]
    [InlineData(Least)]
    public void What_was_written_is_read(string json) => Read(json)!.ToJson().ShouldBe(json);

    [Fact]
    public void Instants_are_kept_to_the_last_tick()
    {
        var recorded = Read(Least)!;
        var exact = recorded with { Question = recorded.Question with { Now = new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero).AddTicks(1234567) } };

        Read(exact.ToJson()!)!.Question.Now.ShouldBe(exact.Question.Now);
    }

    [Theory]
    [InlineData("\"depth\":1", "\"depth\":1,\"more\":1")]
    [InlineData("\"depth\":1,", "")]
    [InlineData("\"depth\":1", "\"depth\":\"1\"")]
    [InlineData("\"depth\":1", "\"depth\":1,\"depth\":1")]
    [InlineData("\"depth\":1", "\"depth\":1.5")]
    [InlineData("\"depth\":1", "\"depth\":1,\"source\":\"here\"")]
    [InlineData("\"depth\":1", "\"depth\":1,\"scopes\":[\"a b\"]")]
    [InlineData("\"depth\":1", "\"depth\":1,\"scopes\":\"a\"")]
    [InlineData("\"depth\":1", "\"depth\":1,\"purpose\":null")]
    [InlineData("\"claims\":{}", "\"claims\":[]")]
    [InlineData("\"claims\":{}", "\"claims\":{\"a\":\"b\"}")]
    [InlineData("\"claims\":{}", "\"claims\":{\"a\":[\"\\ud800\"]}")]
    [InlineData("\"kind\":\"ai_agent\",", "")]
    [InlineData("https://mail.example", "mail")]
    [InlineData("2026-06-01T08:00:00+00:00", "yesterday")]
    [InlineData("\"permit\":\"triage\",", "")]
    [InlineData("\"permit\":\"triage\",\"purpose\":\"inbox.triage\",\"granted\":[\"read\"]", "\"deny\":\"because\"")]
    [InlineData("\"permit\":\"triage\"", "\"permit\":\"triage\",\"deny\":\"scope_not_permitted\"")]
    [InlineData("}}", "}")]
    public void Anything_else_is_not_read(string part, string instead)
    {
        Least.ShouldContain(part);

        Read(Least.Replace(part, instead, StringComparison.Ordinal)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    public void Nor_is_what_is_no_question(string json) => Read(json).ShouldBeNull();

    [Fact]
    public void What_is_too_long_is_neither_written_nor_read()
    {
        var recorded = Read(Least)!;
        RecordedQuestion With(int length) => recorded with { UnknownClaims = [new string('x', length)] };
        var longest = RecordedQuestion.MaxLength - Least.Length - 2;

        With(longest).ToJson()!.Length.ShouldBe(RecordedQuestion.MaxLength);
        Read(With(longest).ToJson()!).ShouldNotBeNull();
        With(longest + 1).ToJson().ShouldBeNull();
        Read(With(longest).ToJson()! + " ").ShouldBeNull();
    }

    [Fact]
    public void A_claim_that_policies_look_at_and_that_is_not_known_is_recorded_as_unknown()
    {
        var set = Sample.Set(Sample.Permit("p", "read") with { Conditions = [new() { ClaimEquals = new() { Claim = "rank", Value = "1" } }, new() { ClaimEquals = new() { Claim = "department", Value = "sales" } }] });
        var question = Sample.Question;

        RecordedQuestion.Of(set, question, PolicyEvaluator.Decide(set, question)).UnknownClaims.ShouldBe(["rank"]);
    }

    [Fact]
    public void Reasons_have_names_that_records_keep()
    {
        string.Join(' ', Enum.GetValues<DenyReason>().Select(DenyReasons.NameOf)).ShouldBe(
            "purpose_missing purpose_unknown purpose_retired resource_not_open purpose_not_open denied_by_policy subject_not_covered condition_failed chain_too_deep scope_not_permitted authentication_insufficient");
        foreach (var reason in Enum.GetValues<DenyReason>())
        {
            DenyReasons.TryParse(DenyReasons.NameOf(reason), out var read).ShouldBeTrue();
            read.ShouldBe(reason);
        }
    }

    private static RecordedQuestion? Read(string json) => RecordedQuestion.TryRead(json, out var recorded) ? recorded : null;
}
