using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Population;

/// <summary>Addresses of things that only the pages know, read off them.</summary>
internal static class Landmarks
{
    public static async Task FindAsync(Site site)
    {
        var administrator = await site.AsAsync(Roles.Administrator);
        foreach (var (name, kind) in new[] { ("permit", "Permit"), ("refusal", "Refusal"), ("revocation", "Revocation"), ("configuration", "Configuration"), ("sign-in", "SignIn") })
        {
            site.Known[name] = await FirstAsync(administrator, $"/admin/audit?Q.Kind={kind}", "/admin/audit/entry");
        }

        site.Known["invitation"] = await Who.InviteAsync(site, "invited", Roles.Auditor);
    }

    private static async Task<string> FirstAsync(PlainVisitor visitor, string page, string link) =>
        (await visitor.GetAsync(page)).Document.QuerySelectorAll("main a[href]").Select(a => a.GetAttribute("href")!).First(h => h.StartsWith(link, StringComparison.Ordinal));
}
