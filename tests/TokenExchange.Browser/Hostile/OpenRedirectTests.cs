using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>Whoever sends somebody a link to sign in says where it leads then, within this server and nowhere else.</summary>
[Attack(HostileRows.OpenRedirect)]
public sealed class OpenRedirectTests(Sites sites)
{
    public static TheoryData<string> Elsewhere =>
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/admin/..//evil.example", "/me/..//evil.example",
        "/admin/../..//evil.example", "javascript:alert(1)", "/%2Fevil.example", "/admin\r\nLocation: https://evil.example", "http:evil.example", "https:/evil.example", "@evil.example", "/.evil.example", "", " /admin/audit",
    ];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task An_administrator_who_signs_in_stays_here(string address)
    {
        var site = await sites.ChangedAsync();
        using var visitor = new PlainVisitor(site.Address);
        var page = await visitor.GetAsync($"/admin/sign-in?returnUrl={Uri.EscapeDataString(address)}");

        var reply = await visitor.SubmitAsync(page, "form", ("UserName", Roles.Approver), ("Password", Who.Password));

        StaysHere(site, reply, "/admin");
    }

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task A_user_who_signs_in_stays_here(string address)
    {
        var site = await sites.ChangedAsync();
        using var visitor = new PlainVisitor(site.Address);

        StaysHere(site, await Who.SignInAtProviderAsync(visitor, "carol", $"/me/sign-in/0?returnUrl={Uri.EscapeDataString(address)}"), "/me");
    }

    [Fact]
    public async Task Who_was_on_the_way_to_a_page_gets_there()
    {
        var site = await sites.ChangedAsync();
        using var visitor = new PlainVisitor(site.Address);

        var asked = await visitor.GetAsync("/admin/audit?Q.Subject=alice");
        var reply = await visitor.SubmitAsync(await visitor.FollowAsync(asked), "form", ("UserName", Roles.Approver), ("Password", Who.Password));

        reply.Target!.PathAndQuery.ShouldBe("/admin/audit?Q.Subject=alice");
    }

    private static void StaysHere(Site site, Reply reply, string below)
    {
        reply.Status.ShouldBe(302);
        reply.Target!.Authority.ShouldBe(site.Address.Authority);
        reply.Target.AbsolutePath.ShouldStartWith(below);
        reply.Header("Location").ShouldStartWith("/");
        reply.Header("Location").ShouldNotStartWith("//");
    }
}
