using System.Text.Json.Nodes;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>Well signed, and still not a token for this app.</summary>
public sealed class RefusedClaims : WireTest
{
    private const string Header = """{"alg":"ES256","typ":"at+jwt","kid":"key-1"}""";
    private const string Malformed = "The token is not a well-formed signed JWT.";

    [Requirement("RFC 9068", "4", "The issuer must be exactly that of the server")]
    [Requirement("RFC 9068", "4", "What fails is answered invalid_token")]
    [Requirement("RFC 6750", "3.1", "A bad token is 401 invalid_token")]
    [Requirement("RFC 8725", "3.8", "The key that verifies belongs to the issuer that is named")]
    [Fact]
    public async Task Another_issuer_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c["iss"] = "https://other.example"))).ShouldBeRefused("The token was issued by someone else.");

    [Requirement("RFC 9068", "4", "The issuer must be exactly that of the server")]
    [Fact]
    public async Task The_issuer_with_a_trailing_slash_is_another_issuer() =>
        (await App.GetAsync("/messages", Token(c => c["iss"] = Authority.Issuer + "/"))).ShouldBeRefused("The token was issued by someone else.");

    [Requirement("RFC 9068", "4", "The issuer must be exactly that of the server")]
    [Fact]
    public async Task A_token_without_issuer_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c.Remove("iss")))).ShouldBeRefused("The token was issued by someone else.");

    [Requirement("RFC 8707", "3", "A token for one resource is of no use at another")]
    [Requirement("RFC 9068", "4", "The audience must hold the resource")]
    [Requirement("RFC 6750", "5.2", "A token names the resource it is for")]
    [Requirement("RFC 9700", "2.3", "A token is restricted to one audience, and every app looks")]
    [Requirement("RFC 9700", "4.9.3", "A token that a compromised app got is of no use elsewhere")]
    [Requirement("RFC 8725", "3.9", "The audience is checked, and a missing one refuses")]
    [Requirement("ASVS 5.0", "V9.2.3", "A service accepts only tokens that are for it")]
    [Requirement("ASVS 5.0", "V10.3.1", "A relying app accepts only tokens whose audience it is")]
    [Theory]
    [InlineData("https://calendar.example")]
    [InlineData("http://mail.example")]
    [InlineData("https://mail.example/v2")]
    [InlineData("https://mail.example.evil.example")]
    public async Task A_token_for_another_resource_is_refused(string audience) =>
        (await App.GetAsync("/messages", Token(c => c["aud"] = audience))).ShouldBeRefused("The token is for another resource.");

    [Requirement("RFC 9068", "5", "A token is for one resource, so that none can pass it on to another")]
    [Requirement("RFC 9700", "4.9.3", "A token that a compromised app got is of no use elsewhere")]
    [Requirement("ASVS 5.0", "V9.2.4", "Tokens for several services under one key name the one they are for")]
    [Fact]
    public async Task A_token_for_this_and_another_resource_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c["aud"] = new JsonArray("https://mail.example", "https://calendar.example"))))
            .ShouldBeRefused("The token is not for exactly one resource.");

    [Fact]
    public async Task A_token_for_this_resource_twice_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c["aud"] = new JsonArray("https://mail.example", "https://mail.example/"))))
            .ShouldBeRefused("The token is not for exactly one resource.");

    [Requirement("RFC 9068", "4", "The audience must hold the resource")]
    [Requirement("RFC 8725", "3.9", "The audience is checked, and a missing one refuses")]
    [Requirement("ASVS 5.0", "V10.3.1", "A relying app accepts only tokens whose audience it is")]
    [Fact]
    public async Task A_token_for_no_resource_is_refused() =>
        (await App.GetAsync("/messages", Token(c => c.Remove("aud")))).ShouldBeRefused("The token is not for exactly one resource.");

    [Requirement("RFC 9068", "2.2", "A token without one of these claims is no token")]
    [Theory]
    [InlineData("act")]
    [InlineData("purpose")]
    [InlineData("sub")]
    [InlineData("client_id")]
    [InlineData("scope")]
    [InlineData("txn")]
    [InlineData("sid")]
    [InlineData("jti")]
    [InlineData("iat")]
    public async Task A_token_that_lacks_a_claim_of_an_actor_token_is_refused(string claim) =>
        (await App.GetAsync("/messages", Token(c => c.Remove(claim)))).ShouldBeRefused($"The token is not an actor token: {claim} is missing or malformed.");

    [Theory]
    [InlineData("act", """{"sub":"inbox-agent"}""")]
    [InlineData("act", """{"sub":"a","iss":"i","act":{"sub":"a","iss":"i"}}""")]
    [InlineData("act", "[]")]
    [InlineData("purpose", """["inbox.triage"]""")]
    [InlineData("scope", """["mail.read"]""")]
    [InlineData("scope", "\"\"")]
    [InlineData("sub", "\"a\\nb\"")]
    [InlineData("iat", "1.5")]
    public async Task A_claim_of_another_shape_is_refused(string claim, string json) =>
        (await App.GetAsync("/messages", Token(c => c[claim] = JsonNode.Parse(json)))).ShouldBeRefused($"The token is not an actor token: {claim} is missing or malformed.");

    [Fact]
    public async Task A_chain_of_eleven_actors_is_refused()
    {
        JsonObject? chain = null;
        for (var i = 0; i < 11; i++)
        {
            var actor = new JsonObject { ["sub"] = $"agent-{i}", ["iss"] = Authority.Issuer };
            if (chain is not null)
            {
                actor["act"] = chain;
            }

            chain = actor;
        }

        (await App.GetAsync("/messages", Token(c => c["act"] = chain))).ShouldBeRefused("The token is not an actor token: act is missing or malformed.");
        (await App.GetAsync("/messages", Token(c => c["act"] = chain!["act"]!.DeepClone()))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("\"scope\":\"mail.read mail.send\"")]
    [InlineData("\"sco\\u0070e\":\"mail.read mail.send\"")]
    [InlineData("\"note\":{\"a\":1,\"a\":2}")]
    [InlineData("\"note\":[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]")]
    public async Task Claims_that_two_readers_could_read_differently_are_refused(string extra)
    {
        var payload = Claims().ToJsonString()[..^1] + "," + extra + "}";

        (await App.GetAsync("/messages", Authority.Key.Sign(Header, payload))).ShouldBeRefused(Malformed);
    }

    [Theory]
    [InlineData("\"alice\"", "\"alice\\ud800\"")]
    [InlineData("\"inbox-agent\"", "\"inbox-agent\\ud800\"")]
    [InlineData("\"sid\"", "\"sid\\ud800\"")]
    public async Task Half_a_character_is_refused(string text, string half) =>
        (await App.GetAsync("/messages", Authority.Key.Sign(Header, Claims().ToJsonString().Replace(text, half)))).ShouldBeRefused(Malformed);

    [Requirement("RFC 8725", "3.7", "Header and claims are UTF-8")]
    [Fact]
    public async Task A_payload_that_is_not_UTF_8_is_refused()
    {
        var payload = Claims().ToJsonString()[..^1] + ",\"note\":\"";
        byte[] bytes = [.. System.Text.Encoding.ASCII.GetBytes(payload), 0xC3, 0x28, (byte)'"', (byte)'}'];
        var token = Authority.Key.SignParts(SigningKey.Encode(Header), System.Buffers.Text.Base64Url.EncodeToString(bytes));

        (await App.GetAsync("/messages", token)).ShouldBeRefused(Malformed);
    }

    [Requirement("RFC 9700", "4.10.1", "A token bound to a key is not taken for a bearer token")]
    [Fact]
    public async Task A_token_that_is_bound_to_a_key_is_refused_as_a_bearer_token() =>
        (await App.GetAsync("/messages", Token(c => c["cnf"] = new JsonObject { ["jkt"] = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" })))
            .ShouldBeRefused("The token is bound to a key (cnf), and this application cannot check the proof.");
}
