using System.Text.Json;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Tests.Configuration;

public sealed class ConfigurationDifferenceTests
{
    private static readonly PurposeDefinition Read = new() { Purpose = "read", Title = "Read", Description = "Read" };
    private static readonly ResourceDefinition Mail = new() { Resource = "https://mail.example", Name = "Mail" };

    [Fact]
    public void Additions_changes_and_removals_are_lines_in_the_order_of_the_sections() => ConfigurationDifference.Between(
        new ExchangeConfiguration { Purposes = [Read, Read with { Purpose = "write" }], Resources = [Mail] },
        new ExchangeConfiguration { Purposes = [Read with { Title = "Look" }, Read with { Purpose = "add" }], Resources = [Mail], Clients = [new ClientDefinition { ClientId = "agent" }] })
        .Select(c => c.Headline).ShouldBe(["+ client agent", "+ purpose add", "~ purpose read", "- purpose write"]);

    [Fact]
    public void A_section_that_is_absent_afterwards_is_not_compared() => ConfigurationDifference.Between(
        new ExchangeConfiguration { Purposes = [Read], Resources = [Mail] }, new ExchangeConfiguration { Resources = [] })
        .Select(c => c.Headline).ShouldBe(["- resource https://mail.example"]);

    [Fact]
    public void How_a_key_set_is_laid_out_is_no_difference() => ConfigurationDifference.Between(
        new ExchangeConfiguration { Issuers = [Issuer("""{"keys":[{"kty":"EC"}]}""")] }, new ExchangeConfiguration { Issuers = [Issuer("{ \"keys\": [\n { \"kty\": \"\\u0045C\" } ] }")] })
        .ShouldBeEmpty();

    private static IssuerDefinition Issuer(string jwks) => new() { Issuer = "https://idp.example", Jwks = JsonDocument.Parse(jwks).RootElement };
}
