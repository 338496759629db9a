using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>What is wrong before the claims are: size, shape, header and signature.</summary>
public sealed class RefusedTokens : WireTest
{
    private const string Malformed = "The token is not a well-formed signed JWT.";
    private const string Header = """{"alg":"ES256","typ":"at+jwt","kid":"key-1"}""";

    [Requirement("RFC 9068", "4", "A token of another typ is refused")]
    [Requirement("RFC 9068", "4", "What fails is answered invalid_token")]
    [Requirement("RFC 9068", "5", "Another JWT of the server is not taken for an access token")]
    [Requirement("RFC 9701", "8.1", "An introspection answer is no access token and no subject token")]
    [Requirement("RFC 8725", "3.11", "Tokens are told apart by typ")]
    [Requirement("ASVS 5.0", "V9.2.2", "A token counts only as what it was made for")]
    [Theory]
    [InlineData("JWT")]
    [InlineData("AT+JWT")]
    [InlineData("token-introspection+jwt")]
    [InlineData(null)]
    public async Task A_token_of_another_type_is_refused(string? type) =>
        (await App.GetAsync("/messages", Token(header: h => Set(h, "typ", type)))).ShouldBeRefused("The token is not an access token: its typ must be at+jwt.");

    [Requirement("RFC 9068", "4", "Unsigned tokens are refused")]
    [Requirement("RFC 8725", "3.2", "Unsigned tokens are refused")]
    [Requirement("ASVS 5.0", "V9.1.2", "Algorithms are on a list of asymmetric ones, none is never accepted, and keys cannot be confused")]
    [Fact]
    public async Task A_token_without_signature_is_refused()
    {
        var unsigned = $"{SigningKey.Encode("""{"alg":"none","typ":"at+jwt","kid":"key-1"}""")}.{SigningKey.Encode(Claims().ToJsonString())}.";

        (await App.GetAsync("/messages", unsigned)).ShouldBeRefused(Malformed);
        (await App.GetAsync("/messages", unsigned + "AA")).ShouldBeRefused("The signature algorithm of the token is not accepted.");
    }

    [Requirement("RFC 8725", "3.1", "The algorithm is one that was chosen beforehand")]
    [Requirement("ASVS 5.0", "V9.1.2", "Algorithms are on a list of asymmetric ones, none is never accepted, and keys cannot be confused")]
    [Theory]
    [InlineData("noNE")]
    [InlineData("es256")]
    [InlineData("ES384")]
    [InlineData("HS256")]
    public async Task A_token_with_another_algorithm_is_refused(string algorithm) =>
        (await App.GetAsync("/messages", Token(header: h => h["alg"] = algorithm))).ShouldBeRefused("The signature algorithm of the token is not accepted.");

    [Requirement("RFC 8725", "3.1", "A public key is never used as a secret")]
    [Requirement("ASVS 5.0", "V9.1.2", "Algorithms are on a list of asymmetric ones, none is never accepted, and keys cannot be confused")]
    [Fact]
    public async Task A_signature_made_of_the_public_key_is_refused()
    {
        var text = $"{SigningKey.Encode("""{"alg":"HS256","typ":"at+jwt","kid":"key-1"}""")}.{SigningKey.Encode(Claims().ToJsonString())}";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Authority.Key.ToJwk().ToJsonString()), Encoding.ASCII.GetBytes(text));

        (await App.GetAsync("/messages", $"{text}.{Base64Url.EncodeToString(mac)}")).ShouldBeRefused("The signature algorithm of the token is not accepted.");
    }

    [Requirement("RFC 9068", "4", "The signature must be right, by a key the server publishes")]
    [Requirement("ASVS 5.0", "V9.1.1", "A signature is verified before anything a token says is believed")]
    [Fact]
    public async Task A_token_signed_by_a_stranger_with_the_known_key_id_is_refused()
    {
        using var stranger = new SigningKey("key-1");

        (await App.GetAsync("/messages", Token(key: stranger))).ShouldBeRefused("The signature of the token is not valid.");
    }

    [Requirement("RFC 9068", "4", "The signature must be right, by a key the server publishes")]
    [Requirement("RFC 8725", "3.3", "A signature that does not verify refuses the whole token")]
    [Requirement("ASVS 5.0", "V9.1.1", "A signature is verified before anything a token says is believed")]
    [Fact]
    public async Task Changed_claims_are_refused()
    {
        var parts = Token().Split('.');
        var claims = Claims();
        claims["sub"] = "mallory";

        (await App.GetAsync("/messages", $"{parts[0]}.{SigningKey.Encode(claims.ToJsonString())}.{parts[2]}")).ShouldBeRefused("The signature of the token is not valid.");
    }

    [Requirement("RFC 8725", "3.3", "A signature of zeros is none")]
    [Fact]
    public async Task A_signature_of_zeros_is_refused()
    {
        var token = Token();

        (await App.GetAsync("/messages", $"{token[..token.LastIndexOf('.')]}.{Base64Url.EncodeToString(new byte[64])}")).ShouldBeRefused("The signature of the token is not valid.");
    }

    [Requirement("RFC 9068", "4", "The signature must be right, by a key the server publishes")]
    [Requirement("RFC 8725", "3.10", "A key id is compared and never used as a path or a query")]
    [Theory]
    [InlineData("key-2")]
    [InlineData("../../key-1")]
    [InlineData(null)]
    public async Task A_token_with_an_unknown_key_id_is_refused(string? keyId) =>
        (await App.GetAsync("/messages", Token(header: h => Set(h, "kid", keyId)))).ShouldBeRefused("The token was signed with an unknown key.");

    [Requirement("RFC 8725", "3.10", "Keys and addresses of keys in the token are not used")]
    [Requirement("ASVS 5.0", "V9.1.3", "Keys come from configured places, never from the token")]
    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_used()
    {
        using var stranger = new SigningKey("stranger");
        var token = Token(key: stranger, header: h =>
        {
            h["jwk"] = stranger.ToJwk();
            h["jku"] = Authority.Issuer + "/stranger";
        });

        (await App.GetAsync("/messages", token)).ShouldBeRefused("The token was signed with an unknown key.");
        Authority.CountOf("GET /stranger").ShouldBe(0);
    }

    [Fact]
    public async Task A_critical_header_is_refused() =>
        (await App.GetAsync("/messages", Token(header: h => h["crit"] = new System.Text.Json.Nodes.JsonArray("exp")))).ShouldBeRefused(Malformed);

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"key-1","kid":"key-1"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"key-1",}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"key-1"} """ + "x")]
    [InlineData("""{"alg":"ES256","\ud800":1,"typ":"at+jwt","kid":"key-1"}""")]
    public async Task A_header_that_is_not_strict_JSON_is_refused(string header) =>
        (await App.GetAsync("/messages", Authority.Key.Sign(header, Claims().ToJsonString())))
            .ShouldBeRefused(Malformed);

    [Requirement("RFC 8725", "3.7", "Header and claims are UTF-8")]
    [Fact]
    public async Task A_header_that_is_not_UTF_8_is_refused()
    {
        byte[] header = [.. Encoding.ASCII.GetBytes(Header[..^2]), 0xC3, 0x28, (byte)'"', (byte)'}'];

        (await App.GetAsync("/messages", Authority.Key.SignParts(Base64Url.EncodeToString(header), SigningKey.Encode(Claims().ToJsonString()))))
            .ShouldBeRefused(Malformed);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d.e")]
    [InlineData("a.b.c d")]
    [InlineData("\"a\".b.c")]
    [InlineData("{\"payload\":\"a\",\"signature\":\"b\"}")]
    public async Task Something_that_is_no_compact_JWS_is_refused(string token) =>
        (await App.GetAsync("/messages", token)).ShouldBeRefused(Malformed);

    [Requirement("RFC 6750", "2", "One token, sent in one way, per request")]
    [Fact]
    public async Task Two_tokens_in_one_call_are_refused() =>
        (await App.SendAsync(HttpMethod.Get, "/messages", $"Bearer {Token()}, Bearer {Token()}")).ShouldBeRefused(Malformed);

    [Fact]
    public async Task A_token_over_16_KiB_is_refused()
    {
        (await App.GetAsync("/messages", Token(c => c["note"] = new string('x', 16 * 1024)))).ShouldBeRefused("The token is longer than 16384 characters.");
        (await App.GetAsync("/messages", Token(c => c["note"] = new string('x', 8 * 1024)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_payload_nested_ten_thousand_deep_is_refused() =>
        (await App.GetAsync("/messages", Authority.Key.Sign(Header, new string('[', 10_000)))).ShouldBeRefused(Malformed);

    [Fact]
    public async Task Nothing_is_fetched_for_a_token_whose_header_is_wrong()
    {
        await App.GetAsync("/messages", Token(header: h => h["typ"] = "JWT"));

        Authority.Calls.ShouldBeEmpty();
    }

    // Null leaves the member out; written as null it would be malformed.
    private static void Set(System.Text.Json.Nodes.JsonObject header, string name, string? value)
    {
        header.Remove(name);
        if (value is not null)
        {
            header[name] = value;
        }
    }
}
