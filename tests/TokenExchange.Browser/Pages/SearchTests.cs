using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Pages;

/// <summary>What the field on top of every page finds.</summary>
public sealed class SearchTests(Sites sites)
{
    [Fact]
    public async Task A_user_is_found_as_the_identity_provider_names_them_and_as_tokens_do()
    {
        (await FindAsync("alice")).ShouldBe(
        [
            "Delegations alive for the user alice", "Records for the user alice", "Delegations alive for the user demo|alice", "Records for the user demo|alice",
        ], ignoreOrder: true);
        (await FindAsync("demo|bob")).ShouldBe(["Delegations alive for the user demo|bob", "Records for the user demo|bob"]);
        (await FindAsync("dave.o'neil@corp.example")).ShouldBe(["Records for the user dave.o'neil@corp.example"]);
    }

    [Fact]
    public async Task A_delegation_a_token_and_a_session_are_found_by_what_they_are_called_in_a_token()
    {
        var known = (await sites.PopulatedAsync()).Known;

        (await FindAsync(known["txn"])).ShouldBe([$"Records of the delegation (txn) {known["txn"]}"]);
        (await FindAsync(known["jti"])).ShouldBe([$"Records of the token (jti) {known["jti"]}"]);
        (await FindAsync(known["sid"])).ShouldBe([$"Records of the session (sid) {known["sid"]}"]);
    }

    [Fact]
    public async Task What_is_configured_is_found_by_a_part_of_its_name_and_what_is_nowhere_is_said_to_be_so()
    {
        var page = await PageAsync("nbox AGENT");
        page.Document.QuerySelectorAll("main tbody th a").Select(a => a.GetAttribute("href")).ShouldBe(["/admin/agents/edit?id=inbox-agent"]);

        page = await PageAsync("no such thing");
        page.Document.QuerySelector("main .empty h2")!.TextContent.ShouldBe("Nothing is called so");
        page.Document.QuerySelectorAll("main ul a").Length.ShouldBe(0);
    }

    private async Task<IEnumerable<string>> FindAsync(string text)
    {
        var (site, page) = (await sites.PopulatedAsync(), await PageAsync(text));
        var links = page.Document.QuerySelectorAll("main ul a").ToList();
        foreach (var link in links)
        {
            // What is found is there when one goes to it.
            (await (await site.AsAsync(Roles.Administrator)).GetAsync(link.GetAttribute("href")!)).Document.QuerySelectorAll("main tbody tr").Length.ShouldBeGreaterThan(0);
        }

        return links.Select(l => l.TextContent);
    }

    private async Task<Reply> PageAsync(string text) => await (await (await sites.PopulatedAsync()).AsAsync(Roles.Administrator)).GetAsync("/admin/search?q=" + Uri.EscapeDataString(text));
}
