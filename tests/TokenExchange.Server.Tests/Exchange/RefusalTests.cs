using TokenExchange.Core.Policies;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Tests.Exchange;

public sealed class RefusalTests
{
    [Fact]
    public void The_record_of_a_deny_says_why_and_what_came_closest()
    {
        var stepUp = new StepUp(["phr"], TimeSpan.FromMinutes(5));
        var deny = new Decision.Deny(DenyReason.AuthenticationInsufficient, stepUp, [new NearMiss("reader", DenyReason.AuthenticationInsufficient, "too old"), new NearMiss("writer", DenyReason.AuthenticationInsufficient, "too weak")])
        {
            PolicySetVersion = 1,
        };

        Refusal.For(deny).ShouldBe(new Refusal(RefusalReason.StepUpNeeded, "authentication_insufficient: reader: too old; writer: too weak", stepUp));
        Refusal.For(deny with { Reason = DenyReason.PurposeNotOpen, Closest = [], StepUp = null }).ShouldBe(new Refusal(RefusalReason.PurposeNotPermitted, "purpose_not_open"));
    }
}
