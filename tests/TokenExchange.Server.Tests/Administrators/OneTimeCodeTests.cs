using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

public sealed class OneTimeCodeTests
{
    // "12345678901234567890", the key of RFC 6238's appendix B.
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    // Its values have eight digits; ours are the last six of them.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_are_those_of_the_specification(long seconds, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);

        OneTimeCode.At(Key, OneTimeCode.StepAt(now)).ShouldBe(code);
        OneTimeCode.StepOf(Key, code, now).ShouldBe(seconds / 30);
        OneTimeCode.StepOf(Key, $" {code[..3]} {code[3..]}", now).ShouldBe(seconds / 30);
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_good_one_step_before_and_after_its_own(int steps, bool good)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        (OneTimeCode.StepOf(Key, OneTimeCode.At(Key, OneTimeCode.StepAt(now) + steps), now) == OneTimeCode.StepAt(now) + steps).ShouldBe(good);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("0287082")]
    [InlineData("287082\n")]
    [InlineData("２８７０８２")]
    public void What_is_no_code_is_none(string? typed) => OneTimeCode.StepOf(Key, typed, DateTimeOffset.FromUnixTimeSeconds(59)).ShouldBeNull();

    [Fact]
    public void Recovery_codes_are_read_however_they_are_typed()
    {
        var code = RecoveryCodes.New();

        code.ShouldMatch("^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$");
        RecoveryCodes.Read($" {code.ToLowerInvariant().Replace('-', ' ')}\n").ShouldBe(code);
        RecoveryCodes.Read(code.Replace("-", string.Empty, StringComparison.Ordinal)).ShouldBe(code);
        RecoveryCodes.Read(code + "A").ShouldNotBe(code, StringComparer.Ordinal);
        RecoveryCodes.Read(null).ShouldBe("");
    }
}
