using System.Text.Json.Nodes;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class ActorTokenTests
{
    private const string FullClaims = """
        {
          "iss": "https://exchange.example",
          "aud": "https://mail.example",
          "exp": 1780300300,
          "nbf": 1780300000,
          "iat": 1780300000,
          "jti": "token-1",
          "sub": "corp|alice",
          "client_id": "summary-agent",
          "act": {
            "sub": "summary-agent",
            "iss": "https://exchange.example",
            "sub_profile": "service",
            "act": {
              "sub": "inbox-agent",
              "iss": "https://exchange.example",
              "sub_profile": "ai_agent"
            }
          },
          "scope": "mail.label mail.read",
          "purpose": "inbox.triage",
          "txn": "delegation-1",
          "sid": "session-1",
          "auth_time": 1780290000,
          "acr": "gold",
          "amr": [
            "pwd",
            "otp"
          ],
          "may_act": {
            "sub": "archive",
            "iss": "https://exchange.example"
          }
        }
        """;

    private const string LeastClaims = """
        {
          "iss": "https://exchange.example",
          "aud": "https://mail.example",
          "exp": 1780300300,
          "nbf": 1780300000,
          "iat": 1780300000,
          "jti": "token-1",
          "sub": "corp|alice",
          "client_id": "summary-agent",
          "act": {
            "sub": "summary-agent",
            "iss": "https://exchange.example",
            "sub_profile": "service",
            "act": {
              "sub": "inbox-agent",
              "iss": "https://exchange.example",
              "sub_profile": "ai_agent"
            }
          },
          "scope": "mail.label mail.read",
          "purpose": "inbox.triage",
          "txn": "delegation-1",
          "sid": "session-1"
        }
        """;

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    [Requirement("RFC 8693", "4.2", "Scope is a string of scopes separated by spaces")]
    [Requirement("RFC 8693", "6", "A token carries what is needed and nothing else the issuer said of the user")]
    [Requirement("RFC 9068", "2.2", "Tokens have iss, exp, aud, sub, client_id, iat and jti")]
    [Fact]
    public void A_full_token_has_exactly_these_claims() => Full().ToClaims().ToJsonString(Indented).ShouldBe(FullClaims);

    [Requirement("RFC 9068", "2.2.1", "What is not known of the sign-in is left out")]
    [Fact]
    public void What_is_not_known_is_left_out() => Least().ToClaims().ToJsonString(Indented).ShouldBe(LeastClaims);

    [Theory]
    [InlineData(FullClaims)]
    [InlineData(LeastClaims)]
    public void What_is_written_is_read_back(string claims)
    {
        ActorToken.TryRead(Json.Read(claims), out var token, out var problem).ShouldBeTrue();

        problem.ShouldBeNull();
        token.ToClaims().ToJsonString(Indented).ShouldBe(claims);
    }

    [Fact]
    public void Reading_gives_every_claim_its_place()
    {
        ActorToken.TryRead(Json.Read(FullClaims), out var token, out _).ShouldBeTrue();

        token.ShouldBe(Full());
    }

    [Fact]
    public void An_audience_may_stand_alone_in_an_array()
    {
        ActorToken.TryRead(With("aud", """["https://mail.example"]"""), out var token, out _).ShouldBeTrue();

        token!.Audience.Value.ShouldBe("https://mail.example");
    }

    [Fact]
    public void Claims_this_type_does_not_know_are_passed_over()
    {
        ActorToken.TryRead(With("cool", "1"), out var token, out _).ShouldBeTrue();

        token.ShouldBe(Full());
    }

    [Fact]
    public void Instants_are_written_as_whole_seconds()
    {
        var claims = (Full() with { IssuedAt = Full().IssuedAt.AddMilliseconds(999), ExpiresAt = Full().ExpiresAt.AddMilliseconds(999) }).ToClaims();

        claims.ToJsonString(Indented).ShouldBe(FullClaims);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"claims\"")]
    public void A_payload_that_is_no_object_is_named_as_such(string json)
    {
        ActorToken.TryRead(Json.Read(json), out var token, out var problem).ShouldBeFalse();

        token.ShouldBeNull();
        problem.ShouldBe("the payload is not a JSON object");
    }

    [Requirement("RFC 9068", "2.2", "A token without one of these claims is no token")]
    [Theory]
    [InlineData("iss", "iss is missing or malformed")]
    [InlineData("sub", "sub is missing or malformed")]
    [InlineData("aud", "aud is not exactly one resource")]
    [InlineData("client_id", "client_id is missing or malformed")]
    [InlineData("act", "act is missing or malformed")]
    [InlineData("scope", "scope is missing or malformed")]
    [InlineData("purpose", "purpose is missing or malformed")]
    [InlineData("txn", "txn is missing or malformed")]
    [InlineData("sid", "sid is missing or malformed")]
    [InlineData("jti", "jti is missing or malformed")]
    [InlineData("iat", "iat is missing or malformed")]
    [InlineData("exp", "exp is missing or malformed")]
    public void A_claim_that_is_missing_is_named(string claim, string expected)
    {
        var claims = JsonNode.Parse(FullClaims)!.AsObject();
        claims.Remove(claim);

        ActorToken.TryRead(Json.Read(claims.ToJsonString()), out var token, out var problem).ShouldBeFalse();

        token.ShouldBeNull();
        problem.ShouldBe(expected);
    }

    [Requirement("RFC 8693", "4.2", "Scope is a string of scopes separated by spaces")]
    [Theory]
    [InlineData("iss", "1", "iss is missing or malformed")]
    [InlineData("iss", "\"\"", "iss is missing or malformed")]
    [InlineData("sub", "null", "sub is missing or malformed")]
    [InlineData("sub", "\"a\\u0000\"", "sub is missing or malformed")]
    [InlineData("sub", "\"\\ud800\"", "sub is missing or malformed")]
    [InlineData("aud", "1", "aud is not exactly one resource")]
    [InlineData("aud", "{}", "aud is not exactly one resource")]
    [InlineData("aud", "[]", "aud is not exactly one resource")]
    [InlineData("aud", """["https://mail.example","https://files.example"]""", "aud is not exactly one resource")]
    [InlineData("aud", """["https://mail.example","https://mail.example"]""", "aud is not exactly one resource")]
    [InlineData("aud", "\"mail\"", "aud is not exactly one resource")]
    [InlineData("client_id", "[\"summary-agent\"]", "client_id is missing or malformed")]
    [InlineData("act", "null", "act is missing or malformed")]
    [InlineData("act", """{"sub":"a"}""", "act is missing or malformed")]
    [InlineData("scope", "\"\"", "scope is missing or malformed")]
    [InlineData("scope", """["mail.read"]""", "scope is missing or malformed")]
    [InlineData("scope", "\"mail.read  mail.send\"", "scope is missing or malformed")]
    [InlineData("scope", "\"\\ud800\"", "scope is missing or malformed")]
    [InlineData("purpose", "{}", "purpose is missing or malformed")]
    [InlineData("txn", "\"\"", "txn is missing or malformed")]
    [InlineData("sid", "1", "sid is missing or malformed")]
    [InlineData("jti", "1", "jti is missing or malformed")]
    [InlineData("iat", "\"1780300000\"", "iat is missing or malformed")]
    [InlineData("iat", "-1", "iat is missing or malformed")]
    [InlineData("exp", "1780300300.5", "exp is missing or malformed")]
    [InlineData("exp", "1e308", "exp is missing or malformed")]
    [InlineData("auth_time", "\"yesterday\"", "auth_time is malformed")]
    [InlineData("auth_time", "null", "auth_time is malformed")]
    [InlineData("acr", "1", "acr is malformed")]
    [InlineData("acr", "\"\"", "acr is malformed")]
    [InlineData("amr", "1", "amr is malformed")]
    [InlineData("amr", "[1]", "amr is malformed")]
    [InlineData("may_act", "null", "may_act is malformed")]
    [InlineData("may_act", "{}", "may_act is malformed")]
    [InlineData("may_act", "[]", "may_act is malformed")]
    [InlineData("may_act", """{"sub":"a","\ud800":1}""", "may_act is malformed")]
    [InlineData("act", """{"\ud800":1,"sub":"a","iss":"i","sub_profile":"service"}""", "act is missing or malformed")]
    [InlineData("\\ud800", "1", "iss is missing or malformed")]
    public void A_claim_that_is_malformed_is_named(string claim, string json, string expected)
    {
        ActorToken.TryRead(With(claim, json), out var token, out var problem).ShouldBeFalse();

        token.ShouldBeNull();
        problem.ShouldBe(expected);
    }

    [Fact]
    public void A_token_that_nobody_would_read_is_too_long()
    {
        static ActorToken WithMethods(int count) => Full() with { Authentication = new UserAuthentication(null, null, [.. Enumerable.Repeat("m", count)]) };

        Full().IsTooLong().ShouldBeFalse();
        WithMethods(2_000).IsTooLong().ShouldBeFalse();
        WithMethods(3_000).IsTooLong().ShouldBeTrue();
        (Full() with { Authentication = new UserAuthentication(null, null, [.. Enumerable.Repeat(new string('é', 255), 16)]) }).IsTooLong().ShouldBeTrue();
    }

    private static System.Text.Json.JsonElement With(string claim, string json)
    {
        var claims = JsonNode.Parse(FullClaims)!.AsObject();
        claims.Remove(claim);
        return Json.Read($$"""{{{claims.ToJsonString()[1..^1]}},"{{claim}}":{{json}}}""");
    }

    private static ActorToken Full() => Least() with
    {
        Authentication = new UserAuthentication(DateTimeOffset.FromUnixTimeSeconds(1780290000), "gold", ["pwd", "otp"]),
        MayAct = MayAct.For(new MayAct.Party("archive", "https://exchange.example")),
    };

    private static ActorToken Least()
    {
        ActChain.StartWith(new Actor("inbox-agent", "https://exchange.example", "ai_agent"))
            .TryExtend(new Actor("summary-agent", "https://exchange.example", "service"), out var chain).ShouldBeTrue();
        return new ActorToken
        {
            Issuer = "https://exchange.example",
            Subject = "corp|alice",
            Audience = ResourceIndicator.Parse("https://mail.example"),
            ClientId = "summary-agent",
            Chain = chain,
            Scopes = ScopeSet.Of("mail.read", "mail.label"),
            Purpose = "inbox.triage",
            Delegation = "delegation-1",
            Session = "session-1",
            Id = "token-1",
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(1780300000),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(1780300300),
            Authentication = UserAuthentication.Unknown,
        };
    }
}
