using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Tokens;

public class UserAuthenticationTests
{
    private static readonly DateTimeOffset Morning = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Two_proofs_are_equal_when_time_strength_and_methods_are()
    {
        var one = new UserAuthentication(Morning, "gold", ["pwd", "otp"]);

        one.ShouldBe(new UserAuthentication(Morning, "gold", new List<string> { "pwd", "otp" }));
        one.GetHashCode().ShouldBe(new UserAuthentication(Morning, "gold", ["pwd", "otp"]).GetHashCode());
        one.ShouldNotBe(one with { Time = Morning.AddSeconds(1) });
        one.ShouldNotBe(one with { ContextClass = "Gold" });
        one.ShouldNotBe(one with { Methods = ["otp", "pwd"] });
        one.ShouldNotBe(one with { Methods = ["pwd"] });
        one.Equals(null).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_known_is_neither_time_nor_strength_nor_method() =>
        UserAuthentication.Unknown.ShouldBe(new UserAuthentication(null, null, []));
}
