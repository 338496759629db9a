using TokenExchange.Browser.Rights;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>An auditor who wants more than to read. All handlers and everybody are in <see cref="RightsTests"/>.</summary>
[Attack(HostileRows.ReadOnlyRole)]
public sealed class ReadOnlyTests(Sites sites)
{
    [Fact]
    public async Task An_auditor_may_use_no_handler_that_changes_more_than_the_own_account()
    {
        var handlers = (await Handlers.ThatChangeAsync()).Where(h => h is { Page.IsAdministration: true, IsOpen: false, Page.Name: not "/Admin/Account/Index" }).ToList();

        handlers.Where(h => !h.Rights.Except(Roles.RightsOf(Roles.Auditor), StringComparer.Ordinal).Any()).Select(h => h.ToString()).ShouldBeEmpty();
        handlers.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_auditor_asks_policies_nothing()
    {
        var site = await sites.TriedAsync();
        var auditor = await site.AsAsync(Roles.Auditor);

        foreach (var path in new[] { "/admin/simulator", "/admin/simulator?Q.Agent=inbox-agent&Q.Resource=https%3A%2F%2Fmail.example&Q.User=alice&Q.Issuer=https%3A%2F%2Fidp.example" })
        {
            var reply = await auditor.GetAsync(path);
            RightsTests.IsRefused(reply).ShouldBeTrue(path);
            reply.Body.ShouldNotContain("would be");
        }
    }
}
