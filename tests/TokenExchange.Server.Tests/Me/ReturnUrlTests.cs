using TokenExchange.Server.Me;

namespace TokenExchange.Server.Tests.Me;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/me")]
    [InlineData("/me/")]
    [InlineData("/me/history")]
    [InlineData("/me/history?from=2026-03-01&x=%2F%2Fevil.example")]
    [InlineData("/me?next=https://evil.example")]
    public void What_is_below_me_is_kept(string asked) => ReturnUrl.Local(asked).ShouldBe(asked);

    [Requirement("RFC 9700", "4.11", "Nobody is redirected to an address that others name")]
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("me")]
    [InlineData("/")]
    [InlineData("/meander")]
    [InlineData("/admin")]
    [InlineData("/me/../admin")]
    [InlineData("/me/%2e%2e/admin")]
    [InlineData("/me/.%2E/admin")]
    [InlineData("/me/a/../../../admin")]
    [InlineData("//evil.example/me")]
    [InlineData("///evil.example/me")]
    [InlineData("/\\evil.example/me")]
    [InlineData("\\\\evil.example/me")]
    [InlineData("/me\\..\\admin")]
    [InlineData("/\t/evil.example/me")]
    [InlineData("\t//evil.example/me")]
    [InlineData(" //evil.example/me")]
    [InlineData("https://evil.example/me")]
    [InlineData("https:/me")]
    [InlineData("https:me")]
    [InlineData("http://here.invalid.evil.example/me")]
    [InlineData("//user@here.invalid/me")]
    [InlineData("//here.invalid:81/me")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/me\r\nSet-Cookie: a=b")]
    [InlineData("/me/sign-in")]
    [InlineData("/me/sign-in/0?returnUrl=/me/sign-in/0")]
    [InlineData("/ME/Sign-In/0")]
    [InlineData("/me/x/../sign-in/0")]
    [InlineData("/me/signed-in/0?code=x")]
    [InlineData("/me/sign-out")]
    public void Anything_else_is_the_page_itself(string? asked) => ReturnUrl.Local(asked).ShouldBe("/me");

    [Theory]
    [InlineData("/me/a/../history#top", "/me/history")]
    [InlineData("/me/<script>", "/me/%3Cscript%3E")]
    public void What_it_means_is_settled_here(string asked, string meant) => ReturnUrl.Local(asked).ShouldBe(meant);
}
