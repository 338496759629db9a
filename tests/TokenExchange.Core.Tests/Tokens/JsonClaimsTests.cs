using System.Text;
using System.Text.Json;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class JsonClaimsTests
{
    [Theory]
    [InlineData("\"value\"", "value")]
    [InlineData("\" \"", " ")]
    [InlineData("\"\\u00e9\"", "é")]
    [InlineData("\"\\ud83d\\udcec\"", "📬")]
    public void A_string_is_read(string json, string expected)
    {
        JsonClaims.TryGetString(Claim(json), "claim", out var value).ShouldBeTrue();
        value.ShouldBe(expected);
        JsonClaims.TryGetOptionalString(Claim(json), "claim", out value).ShouldBeTrue();
        value.ShouldBe(expected);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[\"value\"]")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"a\\nb\"")]
    [InlineData("\"a\\u0085b\"")]
    [InlineData("\"a\\u007f\"")]
    [InlineData("\"a\\u200bb\"")]
    [InlineData("\"a\\u202eb\"")]
    [InlineData("\"a\\u2066b\"")]
    [InlineData("\"a\\u2028b\"")]
    [InlineData("\"a\\u2029b\"")]
    [InlineData("\"a\\ufeffb\"")]
    [InlineData("\"a\\udb40\\udc61b\"")]
    public void What_is_not_a_usable_string_is_a_failure_not_an_absence(string json)
    {
        JsonClaims.TryGetString(Claim(json), "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetOptionalString(Claim(json), "claim", out _).ShouldBeFalse();
    }

    [Fact]
    public void An_absent_string_is_null_where_it_may_be_absent_and_a_failure_where_not()
    {
        JsonClaims.TryGetOptionalString(Json.Read("{}"), "claim", out var value).ShouldBeTrue();
        value.ShouldBeNull();
        JsonClaims.TryGetString(Json.Read("{}"), "claim", out _).ShouldBeFalse();
    }

    [Fact]
    public void The_longest_identifier_has_255_characters()
    {
        JsonClaims.TryGetString(Claim($"\"{new string('a', 255)}\""), "claim", out _).ShouldBeTrue();
        JsonClaims.TryGetString(Claim($"\"{new string('a', 256)}\""), "claim", out _).ShouldBeFalse();
    }

    [Fact]
    public void Claim_names_are_told_apart_by_case() => JsonClaims.TryGetString(Json.Read("""{"Claim":"value"}"""), "claim", out _).ShouldBeFalse();

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1780000000", 1780000000)]
    [InlineData("253402300799", 253402300799)]
    public void A_NumericDate_is_read_as_whole_seconds(string json, long expected)
    {
        JsonClaims.TryGetInstant(Claim(json), "claim", out var value).ShouldBeTrue();
        value.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(expected));
        value.Offset.ShouldBe(TimeSpan.Zero);
        JsonClaims.TryGetOptionalInstant(Claim(json), "claim", out var optional).ShouldBeTrue();
        optional.ShouldBe(value);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"1780000000\"")]
    [InlineData("1780000000.5")]
    [InlineData("1780000000.0")]
    [InlineData("1.78e9")]
    [InlineData("1e308")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    [InlineData("9223372036854775808")]
    [InlineData("true")]
    [InlineData("[1780000000]")]
    public void What_is_not_a_NumericDate_is_a_failure_not_an_absence(string json)
    {
        JsonClaims.TryGetInstant(Claim(json), "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetOptionalInstant(Claim(json), "claim", out _).ShouldBeFalse();
    }

    [Fact]
    public void An_absent_NumericDate_is_null_where_it_may_be_absent_and_a_failure_where_not()
    {
        JsonClaims.TryGetOptionalInstant(Json.Read("{}"), "claim", out var value).ShouldBeTrue();
        value.ShouldBeNull();
        JsonClaims.TryGetInstant(Json.Read("{}"), "claim", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"pwd\"", "pwd")]
    [InlineData("[\"pwd\"]", "pwd")]
    [InlineData("[\"pwd\",\"otp\",\"pwd\"]", "pwd,otp,pwd")]
    [InlineData("[]", "")]
    public void Strings_are_read_from_one_string_or_an_array(string json, string expected)
    {
        JsonClaims.TryGetStrings(Claim(json), "claim", out var values).ShouldBeTrue();
        values.ShouldBe(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Absent_strings_are_an_empty_list()
    {
        JsonClaims.TryGetStrings(Json.Read("{}"), "claim", out var values).ShouldBeTrue();
        values.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("[\"pwd\",\"\"]")]
    [InlineData("[\"pwd\",1]")]
    [InlineData("[\"pwd\",null]")]
    [InlineData("[[\"pwd\"]]")]
    public void What_is_not_strings_is_a_failure_not_an_absence(string json) => JsonClaims.TryGetStrings(Claim(json), "claim", out _).ShouldBeFalse();

    [Requirement("RFC 8725", "3.7", "Header and claims are UTF-8")]
    [Theory]
    [InlineData("""{"claim":"\ud800"}""")]
    [InlineData("""{"claim":"a\udc00b"}""")]
    [InlineData("{\"claim\":\"\u00ff\u00fe\"}")]
    public void Text_that_is_not_Unicode_is_a_failure_not_an_exception(string latin1)
    {
        using var document = JsonDocument.Parse(Encoding.Latin1.GetBytes(latin1));
        using var array = JsonDocument.Parse(Encoding.Latin1.GetBytes(latin1.Replace(":\"", ":[\"", StringComparison.Ordinal).Replace("\"}", "\"]}", StringComparison.Ordinal)));

        JsonClaims.TryGetString(document.RootElement, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetOptionalString(document.RootElement, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetStrings(document.RootElement, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetStrings(array.RootElement, "claim", out _).ShouldBeFalse();
    }

    [Fact]
    public void Where_a_name_cannot_be_read_no_claim_is_known_to_be_absent()
    {
        var json = Json.Read("""{"\ud800":1}""");

        JsonClaims.TryGetString(json, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetOptionalString(json, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetStrings(json, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetInstant(json, "claim", out _).ShouldBeFalse();
        JsonClaims.TryGetOptionalInstant(json, "claim", out _).ShouldBeFalse();
    }

    private static JsonElement Claim(string json) => Json.Read($$"""{"claim":{{json}}}""");
}
