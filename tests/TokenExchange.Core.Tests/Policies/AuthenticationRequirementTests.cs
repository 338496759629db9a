using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Policies;

public class AuthenticationRequirementTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "", null, null, true)]
    [InlineData(null, "", 9999, "bronze", true)]
    [InlineData(60, "", 60, null, true)]
    [InlineData(60, "", 61, null, false)]
    [InlineData(60, "", null, null, false)]
    [InlineData(0, "", 0, null, true)]
    [InlineData(null, "gold", null, "gold", true)]
    [InlineData(null, "silver gold", null, "gold", true)]
    [InlineData(null, "gold", null, "silver", false)]
    [InlineData(null, "gold", null, "GOLD", false)]
    [InlineData(null, "gold", null, null, false)]
    [InlineData(60, "gold", 60, "gold", true)]
    [InlineData(60, "gold", 61, "gold", false)]
    [InlineData(60, "gold", 60, "silver", false)]
    public void It_is_met_by_an_authentication_that_is_both_fresh_and_strong_enough(int? maxAge, string accepted, int? age, string? acr, bool expected)
    {
        var requirement = new AuthenticationRequirement(maxAge is { } m ? TimeSpan.FromSeconds(m) : null, accepted.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        requirement.IsMetBy(new UserAuthentication(age is { } a ? Noon.AddSeconds(-a) : null, acr, []), Noon).ShouldBe(expected);
    }

    [Fact]
    public void Requiring_nothing_is_met_by_knowing_nothing() => AuthenticationRequirement.None.IsMetBy(UserAuthentication.Unknown, Noon).ShouldBeTrue();
}
