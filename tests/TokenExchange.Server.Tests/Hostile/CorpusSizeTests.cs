using TokenExchange.Server.Tests.Hostile.Exchanges;
using TokenExchange.Server.Tests.Hostile.Jwts;
using TokenExchange.Server.Tests.Hostile.Platform;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>The corpus only grows: what was once tried is tried for ever.</summary>
public sealed class CorpusSizeTests
{
    [Fact]
    public void There_are_at_least_two_hundred_hostile_inputs()
    {
        var rows = JwtCorpus.All.Count + HostileExchange.All.Count + Party.All.Count + BadKeys.Sets.Count + BadKeys.Discoveries.Count + BadKeysWorld.Addresses.Length + SmugglingTests.Names.Count;

        rows.ShouldBeGreaterThanOrEqualTo(200);
        (JwtCorpus.All.Count, HostileExchange.All.Count).ShouldSatisfyAllConditions(
            counts => counts.Item1.ShouldBeGreaterThanOrEqualTo(200),
            counts => counts.Item2.ShouldBeGreaterThanOrEqualTo(200));
    }

    [Fact]
    public void Every_bad_JWT_is_shown_somewhere_and_most_of_them_everywhere()
    {
        var shown = HostileJwtTests.Shown.GroupBy(s => s.Place, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

        HostileJwtTests.Shown.Select(s => s.Jwt).Distinct(StringComparer.Ordinal).Count().ShouldBe(JwtCorpus.All.Count);
        shown.Keys.Order(StringComparer.Ordinal).ShouldBe(["actor token", "client assertion", "own subject token", "relying app", "security event", "subject token"]);
        shown.Values.ShouldAllBe(count => count >= 150);
    }
}
