using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Pages;

/// <summary>An address of a page that shows something.</summary>
/// <param name="Name">Tells it from others of the same page; empty for the only one.</param>
/// <param name="Path">Makes the address, given what is known of the site.</param>
internal sealed record PageExample(string Name, Func<Site, string> Path)
{
    /// <summary>Who looks at it.</summary>
    public string Who { get; init; } = Running.Who.Nobody;

    /// <summary>Of the answer.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Whether it looks different while there is nothing yet; then it is looked at there as well.</summary>
    public bool WhenEmpty { get; init; }

    /// <summary>Whether it is looked at on a small screen as well.</summary>
    public bool Small { get; init; }
}

/// <summary>
/// For each page the addresses that are looked at. A page that is not named here is opened at its own address by an administrator, or, below <c>/me</c>, by a user;
/// one whose address needs parameters must be named.
/// </summary>
internal static class Examples
{
    private static readonly Dictionary<string, IReadOnlyList<PageExample>> s_named = new(StringComparer.Ordinal)
    {
        ["/Admin/Index"] = [Shown("", "/admin") with { WhenEmpty = true, Small = true }],
        ["/Admin/Access/Forbidden"] = [new("", _ => "/admin/forbidden") { Status = 403 }],
        ["/Admin/Access/SecondFactor"] = [new("", _ => "/admin/sign-in/second-factor")],
        ["/Admin/Access/SetPassword"] = [new("", s => s.Known["invitation"]) { Small = true }, new("too late", _ => "/admin/set-password?code=used")],
        ["/Admin/Access/Setup"] = [new("too late", _ => "/admin/setup?code=used")],
        ["/Admin/Access/SignIn"] = [new("", _ => "/admin/sign-in") { Small = true }],

        // It only takes a form, and leads on whoever looks.
        ["/Admin/Access/SignOut"] = [],
        ["/Admin/Administrators/Edit"] = [Shown("", s => At("/admin/administrators/edit", ("id", s.Known["auditor"]))), Shown("own", s => At("/admin/administrators/edit", ("id", s.Known["administrator"])))],
        ["/Admin/Audit/Index"] =
        [
            Shown("", "/admin/audit") with { WhenEmpty = true, Small = true }, Shown("filtered", "/admin/audit?Q.Kind=Refusal&Q.Reason=scope_not_permitted&Q.Client=inbox-agent"),
            Shown("nothing", "/admin/audit?Q.Subject=nobody"), Shown("problem", "/admin/audit?Q.From=yesterday"),
        ],
        ["/Admin/Audit/Entry"] =
        [
            Shown("", s => s.Known["permit"]) with { Small = true }, Shown("refusal", s => s.Known["refusal"]), Shown("revocation", s => s.Known["revocation"]),
            Shown("configuration", s => s.Known["configuration"]), Shown("sign-in", s => s.Known["sign-in"]),
        ],
        ["/Admin/Delegations/Index"] = [Shown("", "/admin/delegations") with { WhenEmpty = true, Small = true }, Shown("filtered", "/admin/delegations?Q.Subject=nobody"), Shown("problem", "/admin/delegations?Q.Resource=nowhere")],
        ["/Admin/Delegations/One"] = [Shown("", s => At("/admin/delegations/one", ("txn", s.Known["txn"]))) with { Small = true }, Shown("ended", s => At("/admin/delegations/one", ("txn", s.Known["ended txn"])))],
        ["/Admin/Delegations/End"] =
        [
            Shown("", s => At("/admin/delegations/end", ("Input.Kind", "delegation"), ("Input.Id", s.Known["txn"]))), Shown("agent", "/admin/delegations/end?Input.Kind=agent&Input.Id=inbox-agent"),
        ],
        ["/Admin/Policies/Index"] = [Shown("", "/admin/policies") with { WhenEmpty = true, Small = true }, Shown("nothing", "/admin/policies?Find=no+such+thing")],
        ["/Admin/Policies/Versions"] = [Shown("", "/admin/policies/versions") with { WhenEmpty = true }],
        ["/Admin/Policies/Version"] = [Shown("", s => $"/admin/policies/versions/{s.Known["version"]}")],
        ["/Admin/Policies/Policy"] = [Shown("", s => At("/admin/policies/policy", ("id", s.Known["policy"]))) with { Small = true }],
        ["/Admin/Policies/Purpose"] = [Shown("", s => At("/admin/policies/purpose", ("id", s.Known["purpose"])))],
        ["/Admin/Policies/Change"] = [Shown("", s => At("/admin/policies/change", ("policy", s.Known["policy"])))],
        ["/Admin/Policies/Drafts/Index"] = [OfDraft("", "") with { Small = true }, Shown("wrong", s => At("/admin/policies/draft", ("id", s.Known["wrong draft"]))), Shown("ill-meant", s => At("/admin/policies/draft", ("id", s.Known["ill-meant draft"])))],
        ["/Admin/Policies/Drafts/Changes"] = [OfDraft("", "/changes")],
        ["/Admin/Policies/Drafts/Delete"] = [OfDraft("", "/delete")],
        ["/Admin/Policies/Drafts/EditPolicy"] = [OfDraft("", "/policy", "name", "draft policy") with { Small = true }, OfDraft("new", "/policy", "purpose", "purpose")],
        ["/Admin/Policies/Drafts/EditPurpose"] = [OfDraft("", "/purpose", "name", "purpose"), OfDraft("new", "/purpose")],
        ["/Admin/Policies/Drafts/Json"] = [OfDraft("", "/json")],
        ["/Admin/Policies/Drafts/Publish"] = [OfDraft("", "/publish"), Shown("wrong", s => At("/admin/policies/draft/publish", ("id", s.Known["wrong draft"])))],
        ["/Admin/Policies/Drafts/Remove"] = [OfDraft("", "/remove", "policy", "draft policy"), OfDraft("purpose", "/remove", "purpose", "purpose")],
        ["/Admin/Policies/Drafts/Replay"] = [OfDraft("", "/replay")],
        ["/Admin/Agents/Index"] = [Shown("", "/admin/agents") with { WhenEmpty = true, Small = true }, Shown("nothing", "/admin/agents?Text=no+such+thing")],
        ["/Admin/Agents/New"] = [Shown("", "/admin/agents/new") with { Small = true }],
        ["/Admin/Agents/Delete"] = [OfAgent("", "delete")],
        ["/Admin/Agents/Edit"] =
        [
            OfAgent("", "edit") with { Small = true }, OfAgent("credentials", "edit"), OfAgent("purposes", "edit"), OfAgent("delegations", "edit"), OfAgent("audit", "edit"), OfAgent("evaluate", "edit"),
            Shown("as auditor", s => At("/admin/agents/edit", ("id", s.Known["agent"]))) with { Who = Server.Administrators.Roles.Auditor },
        ],
        ["/Admin/Resources/Index"] = [Shown("", "/admin/resources") with { WhenEmpty = true }],
        ["/Admin/Resources/Delete"] = [Shown("", s => At("/admin/resources/delete", ("id", s.Known["resource"])))],
        ["/Admin/Resources/Edit"] = [Shown("", s => At("/admin/resources/edit", ("id", s.Known["resource"]))) with { Small = true }],
        ["/Admin/Issuers/Index"] = [Shown("", "/admin/issuers") with { WhenEmpty = true }],
        ["/Admin/Issuers/Delete"] = [Shown("", s => At("/admin/issuers/delete", ("id", s.Known["issuer"])))],
        ["/Admin/Issuers/Edit"] = [Shown("", s => At("/admin/issuers/edit", ("id", s.Known["issuer"]))) with { Small = true }],
        ["/Me/Index"] = [AtMe("", "/me") with { Small = true }, AtMe("nothing", "/me") with { Who = Who.NewUser }],
        ["/Me/History"] = [AtMe("", "/me/history"), AtMe("nothing", "/me/history") with { Who = Who.NewUser }],
        ["/Me/StopAll"] = [AtMe("", "/me/stop-all"), AtMe("nothing", "/me/stop-all") with { Who = Who.NewUser }],
        ["/Me/SignIn"] = [new("", _ => "/me/sign-in") { Small = true }, new("refused", _ => "/me/sign-in?problem=sign_in_revoked")],
        ["/Admin/Search/Index"] = [Shown("", "/admin/search?q=alice"), Shown("nothing", "/admin/search?q=no+such+thing"), Shown("no question", "/admin/search")],
        ["/Admin/Simulator/Index"] =
        [
            Shown("", "/admin/simulator") with { WhenEmpty = true }, Shown("permitted", Question("inbox-agent", "inbox.triage", "mail.read")) with { Small = true },
            Shown("refused", Question("summary-agent", "mail.answer", "mail.send")), Shown("problem", Question("no-such-agent", "inbox.triage", "mail.read") + "&Q.At=yesterday"),
        ],
    };

    private const string Administrator = Server.Administrators.Roles.Administrator;

    // The start of every page of an administrator is looked at by one.
    private static PageExample Shown(string name, Func<Site, string> path) => new(name, path) { Who = Administrator };

    private static PageExample OfAgent(string name, string page) =>
        Shown(name, s => name.Length == 0 ? At("/admin/agents/" + page, ("id", s.Known["agent"])) : At("/admin/agents/" + page, ("id", s.Known["agent"]), ("tab", name)));

    private static PageExample OfDraft(string name, string page) => Shown(name, s => At("/admin/policies/draft" + page, ("id", s.Known["draft"])));

    private static PageExample OfDraft(string name, string page, string parameter, string known) => Shown(name, s => At("/admin/policies/draft" + page, ("id", s.Known["draft"]), (parameter, s.Known[known])));

    private static PageExample AtMe(string name, string path) => new(name, _ => path) { Who = Who.User };

    private static PageExample Shown(string name, string path) => Shown(name, _ => path);

    private static string Question(string agent, string purpose, string scope) => At(
        "/admin/simulator", ("Q.Agent", agent), ("Q.Resource", "https://mail.example"), ("Q.Purpose", purpose), ("Q.Scopes", scope), ("Q.Issuer", "https://idp.example"), ("Q.User", "alice"));

    /// <summary>The names of pages that are named here.</summary>
    public static IEnumerable<string> Named => s_named.Keys;

    public static IReadOnlyList<PageExample> Of(SitePage page) => s_named.TryGetValue(page.Name, out var named)
        ? named
        : [new PageExample(string.Empty, _ => page.Templates[0]) { Who = page.IsAdministration ? Administrator : Who.User }];

    /// <summary>An address with values that may contain anything.</summary>
    public static string At(string path, params (string Name, string Value)[] query) => path + Microsoft.AspNetCore.Http.QueryString.Create(query.Select(q => KeyValuePair.Create(q.Name, (string?)q.Value)));
}
