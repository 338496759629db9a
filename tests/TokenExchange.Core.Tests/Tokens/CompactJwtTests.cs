using System.Buffers.Text;
using System.Text;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class CompactJwtTests
{
    private const string Header = """{"alg":"ES256","kid":"k1","typ":"at+jwt"}""";
    private const string Claims = """{"sub":"alice","groups":["staff",1,true,null]}""";

    [Fact]
    public void A_token_is_taken_apart()
    {
        var jwt = Parsed(Token(Header, Claims))!;

        (jwt.Algorithm, jwt.KeyId, jwt.Type, jwt.Encoded).ShouldBe(("ES256", "k1", "at+jwt", Token(Header, Claims)));
        jwt.Payload.GetRawText().ShouldBe(Claims);
    }

    [Fact]
    public void Key_id_and_type_may_be_absent()
    {
        var jwt = Parsed(Token("""{"alg":"none"}""", "{}"))!;

        (jwt.Algorithm, jwt.KeyId, jwt.Type).ShouldBe(("none", null, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("..")]
    public void What_has_not_three_parts_is_none(string? text) => Parsed(text).ShouldBeNull();

    [Fact]
    public void A_part_that_is_missing_empty_or_too_many_is_refused()
    {
        var (h, p, s) = (Encode(Header), Encode(Claims), "c2ln");

        Parsed($"{h}.{p}.{s}").ShouldNotBeNull();
        Parsed($"{h}.{p}").ShouldBeNull();
        Parsed($"{h}.{p}.").ShouldBeNull();
        Parsed($"{h}..{s}").ShouldBeNull();
        Parsed($".{p}.{s}").ShouldBeNull();
        Parsed($"{h}.{p}.{s}.{s}").ShouldBeNull();
        Parsed($"{h}.{p}.{s}.").ShouldBeNull();
    }

    [Theory]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("/")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("é")]
    [InlineData("\0")]
    public void Every_part_is_written_in_the_alphabet_of_base64url(string stranger)
    {
        var (h, p, s) = (Encode(Header), Encode(Claims), "c2ln");

        Parsed($"{h}{stranger}.{p}.{s}").ShouldBeNull();
        Parsed($"{h}.{p}{stranger}.{s}").ShouldBeNull();
        Parsed($"{h}.{p}.{s}{stranger}").ShouldBeNull();
        Parsed($"{h}.{p}.{stranger}{s}").ShouldBeNull();
    }

    [Fact]
    public void Letters_digits_hyphen_and_underscore_make_up_a_signature() => Parsed($"{Encode(Header)}.{Encode(Claims)}.-_azAZ09").ShouldNotBeNull();

    [Theory]
    [InlineData("[]")]
    [InlineData("\"alice\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("""{"sub":"alice","sub":"bob"}""")]
    [InlineData("""{"sub":"alice","s\u0075b":"bob"}""")]
    [InlineData("""{"act":{"sub":"a","sub":"b"}}""")]
    [InlineData("""{"sub":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"groups":["staff","\ud800"]}""")]
    [InlineData("""{"a":1,"b":{"c":["\ud800"]}}""")]
    public void Claims_are_one_readable_object_without_repetition(string payload) => Parsed(Token(Header, payload)).ShouldBeNull();

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"alg":1}""")]
    [InlineData("""{"alg":""}""")]
    [InlineData("""{"alg":"ES256","alg":"none"}""")]
    [InlineData("""{"alg":"ES256","kid":1}""")]
    [InlineData("""{"alg":"ES256","kid":""}""")]
    [InlineData("""{"alg":"ES256","typ":["JWT"]}""")]
    [InlineData("""{"alg":"ES256","crit":[]}""")]
    [InlineData("""{"alg":"ES256","crit":["exp"]}""")]
    [InlineData("""{"alg":"ES256","b64":true}""")]
    [InlineData("""{"alg":"ES256","b64":false}""")]
    [InlineData("""{"alg":"ES256","zip":"DEF"}""")]
    public void A_header_says_how_it_is_signed_and_asks_for_nothing_else(string header) => Parsed(Token(header, Claims)).ShouldBeNull();

    [Fact]
    public void What_is_not_UTF8_is_refused()
    {
        byte[] overlong = [.. "{\"sub\":\""u8, 0xC0, 0xAF, .. "\"}"u8];

        Parsed($"{Encode(Header)}.{Base64Url.EncodeToString(overlong)}.c2ln").ShouldBeNull();
        Parsed($"{Base64Url.EncodeToString(overlong)}.{Encode(Claims)}.c2ln").ShouldBeNull();
    }

    [Fact]
    public void Claims_may_be_24_deep_and_no_deeper()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

        Parsed(Token(Header, Nested(24))).ShouldNotBeNull();
        Parsed(Token(Header, Nested(25))).ShouldBeNull();
    }

    [Fact]
    public void A_token_may_be_as_long_as_the_limit_and_no_longer()
    {
        var start = $"{Encode(Header)}.{Encode(Claims)}.";
        var longest = start + new string('A', CompactJwt.MaxLength - start.Length);

        Parsed(longest).ShouldNotBeNull();
        Parsed(longest + "A").ShouldBeNull();
    }

    [Theory]
    [InlineData("at+jwt", true)]
    [InlineData("AT+JWT", true)]
    [InlineData("application/at+jwt", true)]
    [InlineData("Application/At+Jwt", true)]
    [InlineData("application/application/at+jwt", false)]
    [InlineData("text/at+jwt", false)]
    [InlineData("jwt", false)]
    [InlineData("at+jwt ", false)]
    public void The_type_is_compared_as_a_media_type(string type, bool same) => Parsed(Token($$"""{"alg":"ES256","typ":"{{type}}"}""", "{}"))!.IsOfType("at+jwt").ShouldBe(same);

    [Fact]
    public void A_token_without_a_type_is_of_none() => Parsed(Token("""{"alg":"ES256"}""", "{}"))!.IsOfType("JWT").ShouldBeFalse();

    private static CompactJwt? Parsed(string? text) => CompactJwt.TryParse(text, out var jwt) ? jwt : null;

    private static string Token(string header, string claims) => $"{Encode(header)}.{Encode(claims)}.c2ln";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
