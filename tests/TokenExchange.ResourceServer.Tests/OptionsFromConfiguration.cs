using Microsoft.Extensions.Configuration;

namespace TokenExchange.ResourceServer.Tests;

public sealed class OptionsFromConfiguration
{
    [Fact]
    public void Everything_but_the_handler_can_be_bound()
    {
        var options = new ActorTokenOptions();

        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Authority"] = "https://exchange.example", ["Resource"] = "https://mail.example", ["Scopes:0"] = "mail.read", ["RequireHttpsMetadata"] = "false",
            ["Algorithms:0"] = "PS256", ["ClockSkew"] = "00:00:10", ["KeyRefreshInterval"] = "00:01:00", ["MaxKeyAge"] = "00:30:00",
            ["BackchannelTimeout"] = "00:00:02", ["Introspection:ClientId"] = "mail-api", ["Introspection:ClientSecret"] = "secret",
        }).Build().Bind(options);

        (options.Authority, options.Resource, options.RequireHttpsMetadata).ShouldBe(("https://exchange.example", "https://mail.example", false));
        options.Scopes.ShouldBe(["mail.read"]);
        options.Algorithms.ShouldBe(["ES256", "PS256"]);
        (options.ClockSkew, options.KeyRefreshInterval).ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)));
        (options.MaxKeyAge, options.BackchannelTimeout).ShouldBe((TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(2)));
        (options.Introspection?.ClientId, options.Introspection?.ClientSecret).ShouldBe(("mail-api", "secret"));
        options.BackchannelHttpHandler.ShouldBeNull();
    }
}
