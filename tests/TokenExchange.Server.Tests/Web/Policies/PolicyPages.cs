using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Administrators;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Tests.Web.Policies;

/// <summary>A server with the usual policies published as version 1, and administrators with browsers that run no script.</summary>
internal static partial class PolicyPages
{
    public const string Inbox = "triage-by-inbox-agent";

    public static Task<RunningServer> StartAsync(bool fourEyes = false, ExchangeConfiguration? configuration = null) => RunningServer.StartAsync(
        configuration ?? World.Configuration,
        builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Policies:FourEyes"] = fourEyes ? "true" : "false" }));

    /// <summary>Somebody of a role who has signed in.</summary>
    public static async Task<Browser> SignInAsync(this RunningServer server, string userName, string role = Roles.Administrator)
    {
        await server.AppointAsync(userName, role);
        var browser = new Browser(server.Issuer);
        var form = PageForm.In((await browser.GetAsync("/admin/sign-in")).Body, "UserName").With("UserName", userName).With("Password", AdminWorld.Password);
        (await browser.SendAsync("/admin/sign-in", form)).Status.ShouldBe(302);
        return browser;
    }

    /// <summary>Sends a form, with a button.</summary>
    public static Task<Answer> SendAsync(this Browser browser, string path, PageForm form, string? press = null) =>
        browser.PostAsync(form.Action ?? path, [.. form.Fields, .. press is null ? ((string, string)[])[] : [("do", press)]]);

    /// <summary>A page that must be there.</summary>
    public static async Task<string> PageAsync(this Browser browser, string path)
    {
        var answer = await browser.GetAsync(path);
        answer.Status.ShouldBe(200, path);
        return answer.Body;
    }

    /// <summary>The form of a page.</summary>
    public static async Task<PageForm> FormAsync(this Browser browser, string path, string holding = "") => PageForm.In(await browser.PageAsync(path), holding);

    /// <summary>Follows to where a form led.</summary>
    public static async Task<string> FollowAsync(this Browser browser, Answer answer)
    {
        answer.Status.ShouldBe(302, Words(answer.Body));
        return await browser.PageAsync(answer.Headers.Location!.OriginalString);
    }

    /// <summary>Begins a draft through its page and returns its id.</summary>
    public static async Task<string> BeginAsync(this Browser browser, string title = "Shorter tokens")
    {
        var answer = await browser.SendAsync("/admin/policies/new", (await browser.FormAsync("/admin/policies/new", "Title")).With("Title", title));
        answer.Status.ShouldBe(302, Words(answer.Body));
        return answer.Headers.Location!.OriginalString.Split("id=")[1];
    }

    /// <summary>A policy of a draft in its form, changed and saved.</summary>
    public static async Task<Answer> SaveAsync(this Browser browser, string draft, string policy, Action<PageForm> change)
    {
        var path = Policy(draft, policy);
        var form = await browser.FormAsync(path, "Input.Name");
        change(form);
        return await browser.SendAsync(path, form, "save");
    }

    /// <summary>The same with another life of the tokens.</summary>
    public static Task<Answer> ShortenAsync(this Browser browser, string draft, int minutes, string policy = Inbox) =>
        browser.SaveAsync(draft, policy, f => f.With("Input.Limits.MaxLifetime.Value", minutes.ToString(CultureInfo.InvariantCulture)));

    public static async Task<PolicyDraft?> DraftAsync(this RunningServer server, string id) => await server.Services.GetRequiredService<PolicyDrafts>().FindAsync(id, default);

    public static async Task<PolicyDefinition> PolicyAsync(this RunningServer server, string id, string name = Inbox) => (await server.DraftAsync(id))!.Policies.Single(p => p.Name == name);

    public static string At(string page, string draft) => $"/admin/policies/draft{(page.Length == 0 ? string.Empty : "/" + page)}?id={Uri.EscapeDataString(draft)}";

    public static string Policy(string draft, string name) => $"{At("policy", draft)}&name={Uri.EscapeDataString(name)}";

    /// <summary>What somebody reads on a page: its text in one line.</summary>
    public static string Words(string html) => WebUtility.HtmlDecode(Space().Replace(Tag().Replace(Content().Match(html) is { Success: true } main ? main.Value : html, " "), " ")).Trim();

    /// <summary>Where a link of these words leads.</summary>
    public static IEnumerable<string> Links(string html) => Href().Matches(html).Select(m => WebUtility.HtmlDecode(m.Groups["to"].Value));

    public static string? To(this Answer answer) => answer.Headers.Location?.OriginalString;

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Space();

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Content();

    [GeneratedRegex("href=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5_000)]
    private static partial Regex Href();
}
