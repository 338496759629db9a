using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Policies;

public class TokenLifetimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    // Bounds are seconds from noon, with fractions; an empty one is absent.
    [Theory]
    [InlineData(0, 300, "", 300)]
    [InlineData(0, 300, ";;", 300)]
    [InlineData(0, 300, "600;;900", 300)]
    [InlineData(0, 300, "200", 200)]
    [InlineData(0, 300, "600;100;200", 100)]
    [InlineData(0, 300, ";;1", 1)]
    [InlineData(0, 300, "299.999", 299)]
    [InlineData(0.999, 300, "", 300)]
    [InlineData(0.999, 1, "", 1)]
    [InlineData(0.5, 300, "1", 1)]
    public void A_token_lives_as_long_as_everyone_allows(double now, double maxLifetime, string bounds, double expected) =>
        Expiry(now, maxLifetime, bounds).ShouldBe(Noon.AddSeconds(expected));

    [Theory]
    [InlineData(0, 300, "0")]
    [InlineData(0, 300, "-1")]
    [InlineData(0, 300, "600;-3600;")]
    [InlineData(0, 300, "0.999")]
    [InlineData(0.5, 300, "0.9")]
    [InlineData(0, 0, "")]
    [InlineData(0, 0.999, "")]
    [InlineData(0, -1, "")]
    public void Of_what_has_ended_nothing_remains(double now, double maxLifetime, string bounds) => Expiry(now, maxLifetime, bounds).ShouldBeNull();

    [Theory]
    [InlineData("2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z")]
    [InlineData("2026-06-01T12:00:00.9999999Z", "2026-06-01T12:00:00Z")]
    [InlineData("2026-06-01T14:00:00.5+02:00", "2026-06-01T12:00:00Z")]
    [InlineData("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z")]
    public void An_instant_is_rounded_down_to_whole_seconds(string instant, string expected) =>
        TokenLifetime.WholeSeconds(DateTimeOffset.Parse(instant)).ShouldBe(DateTimeOffset.Parse(expected));

    private static DateTimeOffset? Expiry(double now, double maxLifetime, string bounds)
    {
        DateTimeOffset?[] instants = [.. bounds.Split(';').Select(b => b.Length == 0 ? (DateTimeOffset?)null : Noon.AddSeconds(double.Parse(b)))];
        return TokenLifetime.Expiry(Noon.AddSeconds(now), TimeSpan.FromSeconds(maxLifetime), instants);
    }
}
