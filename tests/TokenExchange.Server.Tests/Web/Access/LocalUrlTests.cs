using TokenExchange.Server.Web.Admin.Access;

namespace TokenExchange.Server.Tests.Web.Access;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/audit?Q.Subject=alice&x=%2F%2Fevil.example")]
    [InlineData("/ADMIN/audit")]
    public void A_page_of_the_administration_is_kept(string asked) => LocalUrl.Of(asked).ShouldBe(asked);

    [Requirement("RFC 9700", "4.11", "Nobody is redirected to an address that others name")]
    [Theory]
    [InlineData(null)]
    [InlineData("/")]
    [InlineData("/me")]
    [InlineData("/administration")]
    [InlineData("/admin/../me")]
    [InlineData("/admin/%2e%2e/me")]
    [InlineData("//evil.example/admin")]
    [InlineData("/\\evil.example/admin")]
    [InlineData("https://evil.example/admin")]
    [InlineData("/admin\r\nSet-Cookie: a=b")]
    [InlineData("/admin/api/drafts")]
    [InlineData("/admin/sign-in")]
    [InlineData("/Admin/Sign-In/second-factor")]
    [InlineData("/admin/signed-in?code=x")]
    [InlineData("/admin/sign-out")]
    public void Anything_else_is_the_overview(string? asked) => LocalUrl.Of(asked).ShouldBe("/admin");

    [Fact]
    public void What_is_longer_than_2048_characters_is_the_overview()
    {
        var longest = "/admin/audit?q=".PadRight(2048, 'x');

        LocalUrl.Of(longest).ShouldBe(longest);
        LocalUrl.Of(longest + "x").ShouldBe("/admin");
    }
}
