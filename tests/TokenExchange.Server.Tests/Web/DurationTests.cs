using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Tests.Web;

/// <summary>Durations as forms ask for them and pages tell them.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("00:05:00", "5", "min", "5_min")]
    [InlineData("08:00:00", "8", "h", "8_h")]
    [InlineData("1.00:00:00", "1", "d", "1_day")]
    [InlineData("30.00:00:00", "30", "d", "30_days")]
    [InlineData("1.12:00:00", "36", "h", "1_day 12_h")]
    [InlineData("00:01:30", "90", "s", "1_min 30_s")]
    [InlineData("00:00:01.5000000", "1.5", "s", "1.5_s")]
    [InlineData("00:00:00", "0", "d", "0_s")]
    [InlineData("-00:05:00", "-5", "min", "minus 5_min")]
    public void A_duration_is_shown_in_its_largest_unit_and_read_back_the_same(string text, string value, string unit, string words)
    {
        var duration = TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        var input = DurationInput.Of(duration);

        (input.Value, input.Unit).ShouldBe((value, unit));
        input.TryRead(out var read).ShouldBeTrue();
        read.ShouldBe(duration);
        DurationWords.Of(duration).ShouldBe(words.Replace('_', '\u00a0'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void Nothing_typed_is_no_duration(string? text)
    {
        new DurationInput { Value = text, Unit = "h" }.TryRead(out var read).ShouldBeTrue();
        read.ShouldBeNull();
    }

    [Theory]
    [InlineData("five", "min")]
    [InlineData("1,5", "min")]
    [InlineData("5 min", "min")]
    [InlineData("1e3", "s")]
    [InlineData("99999999999999999999999", "s")]
    [InlineData("400000", "d")]
    [InlineData("0x10", "s")]
    public void What_is_no_number_or_longer_than_any_limit_is_refused(string text, string unit) => new DurationInput { Value = text, Unit = unit }.TryRead(out _).ShouldBeFalse();

    [Fact]
    public void Durations_in_a_message_are_told_in_words() => DurationWords.In("write a duration from 00:00:01 to 30.00:00:00, or null").ShouldBe("write a duration from 1\u00a0s to 30\u00a0days, or null");
}
