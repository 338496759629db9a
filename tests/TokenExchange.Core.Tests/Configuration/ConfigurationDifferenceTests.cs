using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class ConfigurationDifferenceTests
{
    private static readonly ExchangeConfiguration s_before = new()
    {
        Issuers = [new() { Issuer = "https://idp.example" }, new() { Issuer = "https://old.example" }],
        Resources = [new() { Resource = "https://mail.example", Name = "Mail" }],
        Clients = [new() { ClientId = "inbox-agent", Name = "Inbox" }, new() { ClientId = "mail-api", Name = "Mail API" }],
        Purposes = [new() { Purpose = "inbox.triage", Title = "Sort" }],
        Policies = [new() { Name = "triage", Scopes = ["mail.read"] }],
    };

    [Fact]
    public void Nothing_changes_what_is_the_same() => ConfigurationDifference.Between(s_before, s_before with { Issuers = [.. s_before.Issuers!.Reverse()] }).ShouldBeEmpty();

    [Fact]
    public void What_is_added_changed_and_removed_is_told_by_kind_and_then_by_name()
    {
        var after = new ExchangeConfiguration
        {
            Issuers = [new() { Issuer = "https://new.example" }, new() { Issuer = "https://idp.example", SingleUse = true }],
            Resources = [new() { Resource = "https://mail.example", Name = "Post" }, new() { Resource = "https://files.example" }],
            Clients = [new() { ClientId = "mail-api", Name = "Mail API" }, new() { ClientId = "a-agent" }],
            Purposes = [],
            Policies = [new() { Name = "triage", Scopes = ["mail.read", "mail.label"] }],
        };

        ConfigurationDifference.Between(s_before, after).ShouldBe(
        [
            "~ issuer https://idp.example", "+ issuer https://new.example", "- issuer https://old.example",
            "+ resource https://files.example", "~ resource https://mail.example",
            "+ client a-agent", "- client inbox-agent",
            "- purpose inbox.triage",
            "~ policy triage",
        ]);
    }

    [Fact]
    public void A_section_that_is_absent_is_left_as_it_is() =>
        ConfigurationDifference.Between(s_before, new ExchangeConfiguration { Purposes = [] }).ShouldBe(["- purpose inbox.triage"]);

    [Fact]
    public void From_nothing_everything_is_new() =>
        ConfigurationDifference.Between(new ExchangeConfiguration(), s_before with { Issuers = null, Clients = null }).ShouldBe(["+ resource https://mail.example", "+ purpose inbox.triage", "+ policy triage"]);
}
