using System.Net;
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
}
