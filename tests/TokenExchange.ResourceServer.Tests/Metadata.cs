using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>The relying app's own metadata, RFC 9728.</summary>
public sealed class Metadata : WireTest
{
    [Requirement("RFC 9728", "2", "The metadata name the resource, its authorization servers and how a token is presented")]
    [Requirement("RFC 9728", "3.2", "The answer is 200 with JSON")]
    [Fact]
    public async Task Anybody_can_read_which_server_issues_tokens_for_this_resource() =>
        (await App.GetAsync("/.well-known/oauth-protected-resource")).ShouldBe(new Answer(
            200, null, $$"""{"resource":"https://mail.example","authorization_servers":["{{Authority.Issuer}}"],"bearer_methods_supported":["header"]}""",
            "application/json", null, null));

    [Requirement("RFC 9728", "2", "The scopes may be listed")]
    [Fact]
    public async Task The_scopes_are_published_when_they_are_given()
    {
        await using var app = await RelyingApp.StartAsync(Authority, Time, o => o.Scopes = ["mail.read", "mail.send"]);

        (await app.GetAsync("/.well-known/oauth-protected-resource")).Body.ShouldEndWith(
            """
            "bearer_methods_supported":["header"],"scopes_supported":["mail.read","mail.send"]}
            """);
    }

    [Requirement("RFC 9728", "3.1", "The well-known address stands before the path of the resource")]
    [Requirement("RFC 9728", "3.3", "The resource in the metadata is the one the address was made from")]
    [Requirement("RFC 9728", "5.1", "A challenge says where the metadata are")]
    [Theory]
    [InlineData("https://api.example/mail", "/.well-known/oauth-protected-resource/mail", "https://api.example")]
    [InlineData("https://api.example:8443/mail/", "/.well-known/oauth-protected-resource/mail", "https://api.example:8443")]
    public async Task A_resource_with_a_path_has_its_metadata_below_that_path(string resource, string path, string origin)
    {
        await using var app = await RelyingApp.StartAsync(Authority, Time, o => o.Resource = resource);

        (await app.GetAsync(path)).Body.ShouldStartWith($$"""{"resource":"{{resource}}",""");
        (await app.GetAsync("/.well-known/oauth-protected-resource")).Status.ShouldBe(404);
        (await app.GetAsync("/messages")).Challenge.ShouldBe($"Bearer resource_metadata=\"{origin}{path}\"");
    }

    [Fact]
    public async Task A_resource_without_address_has_no_metadata_and_says_so()
    {
        Should.Throw<InvalidOperationException>(() => StartUrnAsync(app => app.MapActorTokenMetadata()))
            .Message.ShouldBe("The resource urn:example:mail is not an http(s) URL, so RFC 9728 gives its metadata no place. Leave MapActorTokenMetadata out.");

        await using var app = await StartUrnAsync(app => app.MapGet("/", () => "never").RequireScope("mail.read"));
        (await app.GetAsync("/")).Challenge.ShouldBe("Bearer");
    }

    [Fact]
    public void Metadata_cannot_be_published_before_the_scheme_is_added() =>
        Should.Throw<InvalidOperationException>(() => RelyingApp.StartAsync(_ => { }, app => app.MapActorTokenMetadata()))
            .Message.ShouldBe("There is nothing to publish yet. Write builder.Services.AddAuthentication().AddActorToken(…) first.");

    private Task<RelyingApp> StartUrnAsync(Action<WebApplication> map) => RelyingApp.StartAsync(
        builder =>
        {
            builder.Services.AddAuthentication().AddActorToken(o => (o.Authority, o.Resource, o.RequireHttpsMetadata) = (Authority.Issuer, "urn:example:mail", false));
            builder.Services.AddActorTokenAuthorization();
        },
        map);
}
