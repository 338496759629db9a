using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TokenExchange.Client.Tests;

public sealed class OptionsTests
{
    public static TheoryData<Action<ActorTokenOptions>, string> Mistakes => new()
    {
        { o => o.Authority = "", "Authority is ''. Write the server's issuer exactly as it publishes it, an https URL (or http on loopback) without query and fragment, for example https://exchange.example." },
        { o => o.Authority = "http://exchange.example", "Authority is 'http://exchange.example'. Write the server's issuer exactly" },
        { o => o.Authority = "https://exchange.example?tenant=1", "Authority is 'https://exchange.example?tenant=1'." },
        { o => o.Authority = "https://user@exchange.example", "Authority is 'https://user@exchange.example'." },
        { o => o.ClientId = " ", "ClientId is missing. Write the client id under which the server knows this agent, for example inbox-agent." },
        { o => o.ClientSecret = null, "Exactly one of ClientSecret and ClientKey is needed. Write the client secret, or the private JWK for private_key_jwt." },
        { o => o.ClientKey = ClientAuthenticationTests.NewKey().Private, "Exactly one of ClientSecret and ClientKey is needed." },
        { o => (o.ClientSecret, o.ClientKey) = (null, "not json"), "ClientKey is not a private EC key for ES256. Write the JWK as JSON with kty EC, crv P-256, x, y and d." },
        { o => (o.ClientSecret, o.ClientKey) = (null, "{}"), "ClientKey is not a private EC key" },
        { o => (o.ClientSecret, o.ClientKey) = (null, ClientAuthenticationTests.NewKey("P-384").Private), "ClientKey is not a private EC key" },
        { o => (o.ClientSecret, o.ClientKey) = (null, WithoutPrivatePart()), "ClientKey is not a private EC key" },
        { o => (o.ClientSecret, o.ClientKey) = (null, WithForeignPrivatePart()), "ClientKey is not a private EC key" },
        { o => o.Timeout = TimeSpan.Zero, "Timeout is 00:00:00. Write more than zero and at most 00:05:00, for example 00:00:10." },
        { o => o.Timeout = TimeSpan.FromMinutes(6), "Timeout is 00:06:00." },
        { o => o.Resource = "mail", "Resource is 'mail'. Write the relying app's registered resource, an absolute URI without query and fragment, for example https://mail.example." },
        { o => o.Resource = "urn:example:mail", "Resource is 'urn:example:mail', which is no https URL (or http on loopback), so there is nowhere to send requests to. Write the API's origin into AllowedOrigins, for example https://mail.example." },
        { o => o.Purpose = "", "Purpose is blank. Write the id of a registered purpose, for example inbox.triage, or leave it out." },
        { o => o.Scopes = ["mail.read mail.send"], "Scopes must hold single scopes without spaces. Write for example [\"mail.read\", \"mail.label\"], or leave it empty." },
        { o => o.AllowedOrigins = ["https://mail.example/api"], "AllowedOrigins holds 'https://mail.example/api'. Write https://host or https://host:port without a path (http on loopback only)." },
        { o => o.AllowedOrigins = ["http://mail.example"], "AllowedOrigins holds 'http://mail.example'." },
        { o => o.RenewBefore = TimeSpan.FromSeconds(-1), "RenewBefore is -00:00:01. Write zero to 01:00:00, for example 00:00:30." },
        { o => o.MaxCachedTokens = 0, "MaxCachedTokens is 0. Write 1 to 1000000, for example 1000." },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_stops_the_start_with_a_sentence(Action<ActorTokenOptions> mistake, string sentence)
    {
        using var host = Host(o =>
        {
            Right(o);
            mistake(o);
        });

        var e = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        e.Failures.ShouldHaveSingleItem().ShouldStartWith("AddActorToken for the HTTP client 'mail': " + sentence);
    }

    [Fact]
    public async Task Right_options_start()
    {
        using var host = Host(Right);

        await host.StartAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_resource_that_is_a_name_needs_an_allowed_origin_and_then_is_right()
    {
        using var host = Host(o =>
        {
            Right(o);
            (o.Resource, o.AllowedOrigins) = ("urn:example:mail", ["https://mail.example"]);
        });

        await host.StartAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_mistake_of_the_bare_client_stops_the_start_too()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddTokenExchangeClient(o => (o.Authority, o.ClientSecret) = ("https://exchange.example", "hidden"));
        using var host = builder.Build();

        var e = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        e.Message.ShouldBe("AddTokenExchangeClient: ClientId is missing. Write the client id under which the server knows this agent, for example inbox-agent.");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("eyJ.eyJ.sig\n")]
    public void A_subject_token_is_not_blank(string text)
    {
        var e = Should.Throw<ArgumentException>(() => SubjectToken.Jwt(text));

        e.Message.ShouldStartWith("A subject token is expected: not empty and without white space.");
    }

    private static void Right(ActorTokenOptions o) =>
        (o.Authority, o.ClientId, o.ClientSecret, o.Resource) = ("https://exchange.example", "inbox-agent", "hidden", "https://mail.example");

    private static IHost Host(Action<ActorTokenOptions> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddHttpClient("mail").AddActorToken(configure);
        return builder.Build();
    }

    private static string WithoutPrivatePart() => ChangePrivatePart(jwk => jwk.Remove("d"));

    private static string WithForeignPrivatePart()
    {
        var other = System.Text.Json.Nodes.JsonNode.Parse(ClientAuthenticationTests.NewKey().Private)!["d"]!.GetValue<string>();
        return ChangePrivatePart(jwk => jwk["d"] = other);
    }

    private static string ChangePrivatePart(Action<System.Text.Json.Nodes.JsonObject> change)
    {
        var jwk = System.Text.Json.Nodes.JsonNode.Parse(ClientAuthenticationTests.NewKey().Private)!.AsObject();
        change(jwk);
        return jwk.ToJsonString();
    }
}
