using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Tests.Exchange;

public sealed class ExchangeRequestTests
{
    private static readonly (string Name, string Value)[] s_least = [("subject_token", "a.b.c"), ("subject_token_type", TokenTypes.Jwt), ("resource", "https://mail.example")];

    [Fact]
    public void The_least_that_is_sent_leaves_the_rest_open() => Read(s_least).ShouldBe(new ExchangeRequest
    {
        SubjectToken = "a.b.c", SubjectTokenType = TokenTypes.Jwt, Resource = ResourceIndicator.Parse("https://mail.example"),
    });

    [Fact]
    public void Everything_that_is_sent_is_read() =>
        Read(
        [
            .. s_least, ("audience", "https://mail.example/"), ("actor_token", "d.e.f"), ("actor_token_type", TokenTypes.Jwt), ("scope", "mail.read mail.label"), ("purpose", "inbox.triage"),
            ("authorization_details", """[{"type":"purpose","purpose":"inbox.triage"}]"""), ("requested_token_type", TokenTypes.AccessToken), ("unknown", "1"),
        ]).ShouldBe(new ExchangeRequest
        {
            SubjectToken = "a.b.c", SubjectTokenType = TokenTypes.Jwt, ActorToken = "d.e.f", Resource = ResourceIndicator.Parse("https://mail.example"),
            Scopes = ScopeSet.Of("mail.read", "mail.label"), Purpose = "inbox.triage",
        });

    [Theory]
    [InlineData(TokenTypes.Jwt)]
    [InlineData(TokenTypes.IdToken)]
    [InlineData(TokenTypes.AccessToken)]
    public void A_subject_token_is_of_one_of_three_types(string type) => Read(With(("subject_token_type", type))).ShouldNotBeNull();

    [Fact]
    public void A_value_that_is_empty_is_absent() =>
        Read([.. s_least, ("scope", ""), ("purpose", ""), ("authorization_details", ""), ("actor_token", ""), ("actor_token_type", ""), ("audience", ""), ("requested_token_type", "")])
            .ShouldBe(Read(s_least));

    [Theory]
    [InlineData("subject_token")]
    [InlineData("subject_token_type")]
    [InlineData("actor_token")]
    [InlineData("actor_token_type")]
    [InlineData("requested_token_type")]
    [InlineData("scope")]
    [InlineData("purpose")]
    [InlineData("authorization_details")]
    public void What_may_be_sent_once_is_refused_twice_even_where_it_says_the_same(string name) =>
        RefusalOf([.. s_least.Where(p => p.Name != name), (name, "x"), (name, "x")]).ShouldBe(new Refusal(RefusalReason.ParameterRepeated, name));

    [Fact]
    public void Every_refusal_says_which_parameter_it_is()
    {
        RefusalOf(Without("subject_token")).ShouldBe(new Refusal(RefusalReason.ParameterMissing, "subject_token"));
        RefusalOf(Without("subject_token_type")).ShouldBe(new Refusal(RefusalReason.ParameterMissing, "subject_token_type"));
        RefusalOf(Without("resource")).ShouldBe(new Refusal(RefusalReason.ParameterMissing, "resource"));
        RefusalOf([.. s_least, ("actor_token", "d.e.f")]).ShouldBe(new Refusal(RefusalReason.ParameterMissing, "actor_token and actor_token_type go together"));
        RefusalOf([.. s_least, ("actor_token_type", TokenTypes.Jwt)]).ShouldBe(new Refusal(RefusalReason.ParameterMissing, "actor_token and actor_token_type go together"));
        RefusalOf(With(("subject_token_type", "x"))).ShouldBe(new Refusal(RefusalReason.TokenTypeUnsupported, "subject_token_type"));
        RefusalOf([.. s_least, ("actor_token", "d.e.f"), ("actor_token_type", TokenTypes.AccessToken)]).ShouldBe(new Refusal(RefusalReason.TokenTypeUnsupported, "actor_token_type"));
        RefusalOf([.. s_least, ("requested_token_type", TokenTypes.Jwt)]).ShouldBe(new Refusal(RefusalReason.TokenTypeUnsupported, $"requested_token_type {TokenTypes.Jwt}"));
        RefusalOf([.. s_least, ("scope", "a  b")]).ShouldBe(new Refusal(RefusalReason.ParameterMalformed, "scope"));
        RefusalOf(With(("resource", "mail"))).ShouldBe(new Refusal(RefusalReason.ResourceNotPermitted, "not a resource indicator"));
        RefusalOf([.. s_least, ("audience", "mail")]).ShouldBe(new Refusal(RefusalReason.ResourceNotPermitted, "not a resource indicator"));
        RefusalOf([.. s_least, ("resource", "https://files.example")]).ShouldBe(new Refusal(RefusalReason.ResourceNotPermitted, "more than one resource"));
        RefusalOf([.. s_least, ("audience", "https://files.example")]).ShouldBe(new Refusal(RefusalReason.ResourceNotPermitted, "more than one resource"));
    }

    [Fact]
    public void A_purpose_is_an_identifier_of_at_most_255_characters()
    {
        Read([.. s_least, ("purpose", new string('a', 255))]).ShouldNotBeNull();
        RefusalOf([.. s_least, ("purpose", new string('a', 256))]).ShouldBe(new Refusal(RefusalReason.ParameterMalformed, "purpose"));
    }

    [Theory]
    [InlineData("""[{"type":"purpose","purpose":"inbox.triage"}]""")]
    [InlineData(""" [ { "purpose" : "inbox.triage", "type" : "purpose" } ] """)]
    public void A_purpose_can_be_declared_in_authorization_details(string details) => Read([.. s_least, ("authorization_details", details)])!.Purpose.ShouldBe("inbox.triage");

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    [InlineData("[{}]")]
    [InlineData("""{"type":"purpose","purpose":"inbox.triage"}""")]
    [InlineData("""["type","purpose"]""")]
    [InlineData("""[["type","purpose"]]""")]
    [InlineData("""[{"type":"purpose"}]""")]
    [InlineData("""[{"purpose":"inbox.triage"}]""")]
    [InlineData("""[{"type":"payment","purpose":"inbox.triage"}]""")]
    [InlineData("""[{"type":"purpose","purpose":1}]""")]
    [InlineData("""[{"type":"purpose","purpose":""}]""")]
    [InlineData("""[{"type":"purpose","purpose":"inbox.triage","more":1}]""")]
    [InlineData("""[{"type":"purpose","purpose":"inbox.triage"},{"type":"purpose","purpose":"inbox.triage"}]""")]
    [InlineData("""[{"type":"purpose","purpose":"inbox.triage"},1]""")]
    [InlineData("""[{"type":"purpose","purpose":"a","purpose":"inbox.triage"}]""")]
    [InlineData("""[{"type":"purpose","type":"purpose","purpose":"inbox.triage"}]""")]
    [InlineData("""[{"type":"purpose","purpose":"\ud800"}]""")]
    [InlineData("""[{"type":"purpose","\ud800":"inbox.triage"}]""")]
    [InlineData("""[{"type":"purpose","purpose":[[[[1]]]]}]""")]
    public void Authorization_details_are_one_entry_that_declares_a_purpose_and_nothing_else(string details) =>
        RefusalOf([.. s_least, ("authorization_details", details)]).ShouldBe(new Refusal(RefusalReason.ParameterMalformed, "authorization_details"));

    [Fact]
    public void A_purpose_declared_twice_must_agree() =>
        RefusalOf([.. s_least, ("purpose", "mail.digest"), ("authorization_details", """[{"type":"purpose","purpose":"inbox.triage"}]""")])
            .ShouldBe(new Refusal(RefusalReason.ParameterMalformed, "authorization_details"));

    private static (string Name, string Value)[] With((string Name, string Value) parameter) => [.. s_least.Where(p => p.Name != parameter.Name), parameter];

    private static (string Name, string Value)[] Without(string name) => [.. s_least.Where(p => p.Name != name)];

    private static ExchangeRequest? Read((string Name, string Value)[] form) => ExchangeRequest.Read(Form(form)).Passed(out var request, out _) ? request : null;

    private static Refusal? RefusalOf((string Name, string Value)[] form) => ExchangeRequest.Read(Form(form)).Passed(out _, out var refusal) ? null : refusal;

    private static ExchangeForm Form((string Name, string Value)[] form) =>
        new(form.GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, IReadOnlyList<string> (g) => [.. g.Select(p => p.Value)], StringComparer.Ordinal));
}
