using Microsoft.Playwright;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;
using Right = TokenExchange.Server.Administrators.Rights;

namespace TokenExchange.Browser.Journeys;

/// <summary>What somebody of each role sees in the menu and on the pages, and what they meet who go where they may not.</summary>
public sealed class RolesTests(Sites sites)
{
    private static readonly string[] s_everybody = ["Overview", "Delegations", "Agents", "Purposes & policies", "Resources & scopes", "Trusted issuers", "Audit", "Keys", "Administrators", "Settings", "About"];

    // A page, and what somebody may do there: by which words, and who.
    private static readonly (string Path, string Offer, string[] Roles)[] s_offers =
    [
        ("/admin/agents", "Add an agent", [Roles.Administrator]),
        ("/admin/resources", "Add a resource", [Roles.Administrator]),
        ("/admin/issuers", "Add a trusted issuer", [Roles.Administrator]),
        ("/admin/policies", "New draft", [Roles.Administrator, Roles.PolicyAuthor]),
        ("/admin/policies/draft?id=DRAFT", "New policy", [Roles.Administrator, Roles.PolicyAuthor]),
        ("/admin/policies/draft?id=DRAFT", "Replay", [Roles.Administrator, Roles.PolicyAuthor, Roles.Approver]),
        ("/admin/policies/draft?id=DRAFT", "Publish", [Roles.Administrator, Roles.Approver]),
        ("/admin/delegations", "End more than one", [Roles.Administrator]),
        ("/admin/keys", "Rotate", [Roles.Administrator]),
        ("/admin/administrators", "Appoint somebody", [Roles.Administrator]),
    ];

    public static TheoryData<string, Way> RolesAndWays => [.. Roles.All.SelectMany(r => new[] { Way.Mouse, Way.NoScript }.Select(w => (r, w)))];

    [Theory]
    [MemberData(nameof(RolesAndWays))]
    public async Task Each_role_is_offered_what_it_may_do_and_is_told_where_it_ends(string role, Way way)
    {
        var site = await sites.PopulatedAsync();
        await site.VisitAsync(Who.Nobody, async visit =>
        {
            var (hand, page) = (new Hand(visit, way), visit.Page);
            await hand.SignInAsync(role);
            (await page.Locator("nav.rail li a").AllInnerTextsAsync()).ShouldBe(Roles.RightsOf(role).Contains(Right.Try, StringComparer.Ordinal) ? [.. s_everybody[..7], "Simulator", .. s_everybody[7..]] : s_everybody);

            foreach (var (path, offer, roles) in s_offers)
            {
                await visit.GoAsync(path.Replace("DRAFT", site.Known["draft"], StringComparison.Ordinal));
                var offers = await page.Locator("main").GetByRole(AriaRole.Link, new() { Name = offer, Exact = true }).Or(page.Locator("main").GetByRole(AriaRole.Button, new() { Name = offer, Exact = true })).CountAsync();
                (offers > 0).ShouldBe(roles.Contains(role, StringComparer.Ordinal), $"{role}, {offer} at {path}");
            }

            foreach (var path in new[] { "/admin/agents/new", "/admin/policies/new", "/admin/simulator" }.Where(p => !May(role, p)))
            {
                await visit.GoAsync(path, 403);
                await hand.ArriveAsync("Not yours to do");
            }
        }, Hand.Window(way));
    }

    private static bool May(string role, string path) => Roles.RightsOf(role).Contains(path switch
    {
        "/admin/agents/new" => Right.Configure,
        "/admin/policies/new" => Right.Author,
        _ => Right.Try,
    }, StringComparer.Ordinal);
}
