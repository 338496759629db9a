using System.Net;
using Microsoft.AspNetCore.Http;
using TokenExchange.Server.Assertions;

namespace TokenExchange.Server.Tests.Assertions;

/// <summary>Where the server does not go.</summary>
public sealed class GuardedHttpTests
{
    [Requirement("RFC 8725", "3.10", "Addresses that others name lead to the public internet only")]
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    public void What_is_not_the_public_internet_is_known(string address) => GuardedHttp.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    public void The_public_internet_is_known(string address) => GuardedHttp.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Requirement("RFC 8414", "6.1", "Metadata and keys come over TLS")]
    [Requirement("RFC 8725", "3.10", "Addresses that others name lead to the public internet only")]
    [Theory]
    [InlineData("https://127.0.0.1:1/jwks", "'127.0.0.1' is not on the public internet")]
    [InlineData("https://[::1]:1/jwks", "is not on the public internet")]
    [InlineData("https://localhost:1/jwks", "'localhost' is not on the public internet")]
    [InlineData("http://127.0.0.1:1/jwks", "'http://127.0.0.1:1/jwks' is not an https address.")]
    [InlineData("https://user@example.com/jwks", "is not an https address.")]
    [InlineData("file:///etc/passwd", "'file:///etc/passwd' is not an https address.")]
    public async Task An_address_that_nobody_allowed_is_not_fetched(string address, string problem)
    {
        using var http = new GuardedHttp();

        var refused = await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(address, [], CancellationToken.None));

        (refused.Message + refused.InnerException?.Message).ShouldContain(problem);
    }

    [Requirement("RFC 8725", "3.10", "Addresses that others name lead to the public internet only")]
    [Theory]
    [InlineData("https://127.0.0.1:1/token", "'127.0.0.1' is not on the public internet")]
    [InlineData("http://127.0.0.1:1/token", "'http://127.0.0.1:1/token' is not an https address.")]
    [InlineData("http://[::1]:1/token", "'http://[::1]:1/token' is not an https address.")]
    public async Task What_a_library_asks_goes_nowhere_else_either(string address, string problem)
    {
        using var guard = new GuardedHttp();
        using var http = guard.ClientFor(_ => new(["localhost"]));

        var refused = await Should.ThrowAsync<HttpRequestException>(() => http.PostAsync(address, new StringContent("code=x")));

        (refused.Message + refused.InnerException?.Message).ShouldContain(problem);
    }

    [Fact]
    public async Task What_a_library_asks_is_answered_by_a_host_that_is_allowed_and_its_redirects_lead_nowhere()
    {
        await using var server = await Hostile.Platform.KeyServer.StartAsync();
        server.Answer("/token", "{}");
        server.Answer("/moved", http =>
        {
            http.Response.Redirect("/token");
            return Task.CompletedTask;
        });
        server.Answer("/huge", http => http.Response.WriteAsync(new string('x', 300_000)));
        using var guard = new GuardedHttp();
        using var http = guard.ClientFor(_ => new(["127.0.0.1"]));

        (await http.GetStringAsync(server.Address + "/token")).ShouldBe("{}");
        using (var moved = await http.GetAsync(server.Address + "/moved"))
        {
            moved.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }

        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(server.Address + "/huge"));
    }
}
