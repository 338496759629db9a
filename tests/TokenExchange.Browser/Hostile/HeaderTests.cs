using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>What a browser is told of a page: not to show it inside another, to run nothing that is not this server's, to keep nothing.</summary>
[Attack(HostileRows.Framing)]
public sealed class HeaderTests(Sites sites)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static TheoryData<string> Views => PageInventory.ViewNames;

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_page_is_in_nobodys_frame_and_nobodys_cache(string name)
    {
        var (site, example) = (await sites.PopulatedAsync(), PageInventory.View(name).Example);

        Guarded(await (await site.AsAsync(example.Who)).GetAsync(example.Path(site)));
    }

    [Theory]
    [InlineData("/admin/no-such-page", 404)]
    [InlineData("/me/no-such-page", 404)]
    [InlineData("/admin/forbidden", 403)]
    public async Task So_is_a_page_that_is_not_shown(string path, int status)
    {
        var site = await sites.PopulatedAsync();
        var reply = await (await site.AsAsync(Roles.Auditor)).GetAsync(path);

        reply.Status.ShouldBe(status);
        Guarded(reply);
        reply.Inline().ShouldBeEmpty();
        reply.Body.ShouldNotContain(path);
    }

    private static void Guarded(Reply reply)
    {
        reply.Header("Content-Security-Policy").ShouldBe(Policy);
        reply.Header("X-Frame-Options").ShouldBe("DENY");
        reply.Header("X-Content-Type-Options").ShouldBe("nosniff");
        reply.Header("Referrer-Policy").ShouldBe("no-referrer");
        reply.Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        reply.Header("Cache-Control").ShouldContain("no-store");
        reply.Header("Server").ShouldBeEmpty();
    }
}
