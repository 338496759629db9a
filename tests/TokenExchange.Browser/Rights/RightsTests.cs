using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Browser.Rights;

/// <summary>What is guessed and not linked is refused as well: each page and each handler, to everybody who may not.</summary>
public sealed class RightsTests(Sites sites)
{
    /// <summary>Pages of the administration for who is not signed in yet, or who acts for nobody but themselves.</summary>
    public static IReadOnlyList<string> ForAnybody { get; } = ["/Admin/Access/Forbidden", "/Admin/Access/SecondFactor", "/Admin/Access/SetPassword", "/Admin/Access/Setup", "/Admin/Access/SignIn"];

    public static TheoryData<string> Pages => PageInventory.PageNames;

    public static TheoryData<string> Administration => [.. PageInventory.All.Where(p => p.IsAdministration && !ForAnybody.Contains(p.Name, StringComparer.Ordinal)).Select(p => p.Name)];

    [Fact]
    public async Task Every_handler_that_changes_something_says_who_may()
    {
        var handlers = await Handlers.ThatChangeAsync();

        handlers.Where(h => h.Right is null && !h.IsOpen).Select(h => h.ToString()).ShouldBeEmpty();
        handlers.Where(h => h is { IsOpen: true, Page.IsAdministration: true }).Select(h => h.Page.Name).Distinct(StringComparer.Ordinal)
            .ShouldBe(["/Admin/Access/SecondFactor", "/Admin/Access/SetPassword", "/Admin/Access/Setup", "/Admin/Access/SignIn", "/Admin/Access/SignOut"], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_pages_to_sign_in_with_are_for_anybody() =>
        (await Handlers.AllAsync()).Where(h => h.Model.GetCustomAttribute<AllowAnonymousAttribute>() is not null && h.Page.IsAdministration).Select(h => h.Page.Name).Distinct(StringComparer.Ordinal).ShouldBe(ForAnybody);

    [Theory]
    [MemberData(nameof(Administration))]
    public async Task A_page_is_shown_to_those_it_is_for_and_to_nobody_else(string name)
    {
        var site = await sites.TriedAsync();
        foreach (var handler in (await PageInventory.HandlersAsync(PageInventory.Page(name))).Where(h => h.HttpMethod is "GET"))
        {
            foreach (var who in Roles.All)
            {
                var reply = await (await site.AsAsync(who)).GetAsync(Handlers.AddressOf(handler, site));
                IsRefused(reply).ShouldBe(!May(who, handler), $"{who} at {handler}");
                reply.Status.ShouldBeOneOf([200, 302, 403], $"{who} at {handler}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Administration))]
    public async Task A_change_is_refused_to_who_may_not_make_it_and_that_is_on_record(string name)
    {
        var site = await sites.TriedAsync();
        foreach (var handler in (await PageInventory.HandlersAsync(PageInventory.Page(name))).Where(h => h.HttpMethod is not "GET"))
        {
            foreach (var who in Roles.All.Where(w => !May(w, handler)))
            {
                var before = await Refusals(site, who);
                var reply = await (await site.AsAsync(who)).PostAsync(Handlers.AddressOf(handler, site), Everything(handler));

                IsRefused(reply).ShouldBeTrue($"{who} at {handler}: {reply.Status} {reply.Target}");
                (await Refusals(site, who)).ShouldBe(before + 1, $"{who} at {handler}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Who_is_not_signed_in_gets_no_further_than_to_sign_in(string name)
    {
        var site = await sites.TriedAsync();
        using var nobody = new PlainVisitor(site.Address);
        if (ForAnybody.Contains(name, StringComparer.Ordinal) || name == "/Me/SignIn")
        {
            return;
        }

        foreach (var handler in await PageInventory.HandlersAsync(PageInventory.Page(name)))
        {
            var address = Handlers.AddressOf(handler, site);
            var reply = handler.HttpMethod is "GET" ? await nobody.GetAsync(address) : await nobody.PostAsync(address, Everything(handler));

            reply.Status.ShouldBe(302, $"{handler}");
            reply.Target!.AbsolutePath.ShouldBe(handler.Page.IsAdministration ? "/admin/sign-in" : "/me/sign-in", $"{handler}");
            reply.Body.ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_a_page_does_not_answer_is_refused_and_no_error(string name)
    {
        var site = await sites.TriedAsync();

        // By themselves: one of these pages signs whoever comes out.
        using var visitor = await site.SignedInAsync(name.StartsWith("/Me/", StringComparison.Ordinal) ? Who.User : Roles.Auditor);
        var address = Handlers.AddressOf((await PageInventory.HandlersAsync(PageInventory.Page(name)))[0], site);
        var nowhere = Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(address, "handler", "NoSuchHandler");

        // A handler without a name answers whatever name is asked for; who may not come in is sent away; whoever is signed in needs no page to sign in.
        (await visitor.GetAsync(nowhere)).Status.ShouldBeOneOf(200, 302, 403, 404);
        (await visitor.PostAsync(nowhere)).Status.ShouldBeOneOf(200, 302, 400, 403, 405);
        (await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Trace, address))).Status.ShouldBeOneOf(302, 400, 403, 405);
    }

    [Fact]
    public async Task Somebody_signed_in_to_the_pages_is_nobody_to_the_API()
    {
        var site = await sites.TriedAsync();
        var administrator = await site.AsAsync(Roles.Administrator);

        foreach (var path in new[] { "/admin/api/configuration", "/admin/api/drafts", "/admin/api/policy-sets" })
        {
            (await administrator.GetAsync(path)).Status.ShouldBe(401, path);
        }

        (await administrator.PostAsync("/admin/api/revocations")).Status.ShouldBe(401);
    }

    internal static bool IsRefused(Reply reply) => reply is { Status: 403 } or { Status: 302, Target.AbsolutePath: "/admin/forbidden" };

    private static bool MaySee(string who, PageHandler handler) => !handler.PageRights.Append(Server.Administrators.Rights.Read).Except(Roles.RightsOf(who), StringComparer.Ordinal).Any();

    private static bool May(string who, PageHandler handler) => MaySee(who, handler) && (handler.Right is null || Roles.RightsOf(who).Contains(handler.Right, StringComparer.Ordinal));

    // The words that a confirmation wants, so that a refusal is none for want of them.
    private static IEnumerable<(string Name, string Value)> Everything(PageHandler handler) => [("id", "1"), ("confirm", "yes"), ("Input.Name", handler.Page.Name)];

    private static async Task<int> Refusals(Site site, string who) =>
        (await site.Server.Services.GetRequiredService<ExchangeLedger>().ReadLatestAsync(1000, default)).Count(r => r is { Kind: RecordKind.Refusal, Reason: "right_missing" } && r.ClientId!.EndsWith(who, StringComparison.Ordinal));
}
