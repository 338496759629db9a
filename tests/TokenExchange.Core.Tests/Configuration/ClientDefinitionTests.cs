using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class ClientDefinitionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_client_can_be_used_until_the_instant_it_expires()
    {
        var client = new ClientDefinition { Expires = s_now };

        client.IsUsable(s_now.AddTicks(-1)).ShouldBeTrue();
        client.IsUsable(s_now).ShouldBeFalse();
        client.IsUsable(s_now.AddDays(1)).ShouldBeFalse();
        new ClientDefinition().IsUsable(s_now).ShouldBeTrue();
    }

    [Fact]
    public void A_disabled_client_cannot_be_used() => new ClientDefinition { Enabled = false, Expires = s_now.AddDays(1) }.IsUsable(s_now).ShouldBeFalse();

    [Theory]
    [InlineData("spiffe://corp.example/inbox", "spiffe://corp.example/inbox", true)]
    [InlineData("spiffe://corp.example/inbox", "spiffe://corp.example/Inbox", false)]
    [InlineData("spiffe://corp.example/inbox", "spiffe://corp.example/inbox/1", false)]
    [InlineData("spiffe://corp.example/inbox", "spiffe://corp.example/", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/1", true)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/1/2", true)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/*", true)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/outbox/1", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/INBOX/1", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/../key-agent", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/1/..", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/./1", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/%2e%2E/key-agent", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/..\\key-agent", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/1 2", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/1\u202E2", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/..1", true)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/a%2Fb", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/%252e%252e/key-agent", false)]
    [InlineData("spiffe://corp.example/inbox/*", "spiffe://corp.example/inbox/..;/key-agent", false)]
    [InlineData("system:serviceaccount:inbox:*", "system:serviceaccount:inbox:agent-7", true)]
    public void A_star_at_the_end_stands_for_at_least_one_character(string subject, string workload, bool covered)
    {
        var definition = new WorkloadDefinition { Issuer = "https://workloads.example", Subject = subject };

        definition.Covers("https://workloads.example", workload).ShouldBe(covered);
        definition.Covers("https://idp.example", workload).ShouldBeFalse();
    }

    [Fact]
    public void What_is_not_written_is_empty()
    {
        new WorkloadDefinition().ShouldBe(new WorkloadDefinition { Issuer = "", Subject = "" });
        new SubjectDefinition().Issuer.ShouldBe("");
        new OnwardDefinition().Agent.ShouldBe("");
        var window = new TimeWindowDefinition();
        (window.From, window.To, window.Zone).ShouldBe(("", "", ""));
        new ClaimConditionDefinition().ShouldBe(new ClaimConditionDefinition { Claim = "", Value = "" });
    }
}
