using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class ClientKindTests
{
    [Requirement("RFC 6749", "5.2", "A client of a kind that may not use the grant gets unauthorized_client")]
    [Theory]
    [InlineData("ai_agent", true)]
    [InlineData("service", true)]
    [InlineData("resource", false)]
    [InlineData("automation", false)]
    [InlineData("AI_AGENT", false)]
    [InlineData("", false)]
    public void Only_agents_and_services_may_become_actors(string kind, bool expected) => ClientKind.IsAgent(kind).ShouldBe(expected);

    [Fact]
    public void There_are_four_kinds() => ClientKind.All.ShouldBe(["ai_agent", "service", "resource", "automation"]);
}
