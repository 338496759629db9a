using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Browser.Pages;
using TokenExchange.Browser.Rights;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Configuration;

namespace TokenExchange.Browser.Hostile;

/// <summary>A form that another site sends with an administrator's cookies.</summary>
[Attack(HostileRows.Csrf)]
public sealed class CsrfTests(Sites sites)
{
    [Theory]
    [MemberData(nameof(ThatChangeAsync))]
    public Task A_form_without_the_token_of_its_page_changes_nothing(string handler) => RefusedAsync(handler, (_, _) => Task.FromResult<string?>(null));

    [Theory]
    [MemberData(nameof(ThatChangeAsync))]
    public Task A_form_with_the_token_of_somebody_else_changes_nothing(string handler) =>
        RefusedAsync(handler, async (site, who) => await (await site.AsAsync(who == Roles.Auditor ? Roles.Approver : Roles.Auditor)).TokenAsync());

    public static async Task<TheoryData<string>> ThatChangeAsync() => [.. (await Handlers.ThatChangeAsync()).Select(h => h.ToString())];

    // By whoever may use it.
    private async Task RefusedAsync(string name, Func<Site, string, Task<string?>> token)
    {
        var site = await sites.TriedAsync();
        var handler = (await Handlers.ThatChangeAsync()).Single(h => h.ToString() == name);
        var who = Examples.Of(handler.Page) is [var example, ..] ? example.Who : Roles.Administrator;
        var before = await StateAsync(site);
        var form = await token(site, who) is { } foreign ? [(PlainVisitor.TokenField, foreign)] : Array.Empty<(string, string)>();

        var reply = await (await site.AsAsync(who)).PostRawAsync(Handlers.AddressOf(handler, site), [.. form, ("confirm", "yes")]);

        (reply.Status, reply.Target).ShouldBe((400, null));
        (await StateAsync(site)).ShouldBe(before);
    }

    // All that changes something is on record. Others look around meanwhile.
    private static async Task<(long Version, int Records)> StateAsync(Site site) =>
        ((await site.Server.Services.GetRequiredService<ConfigurationStore>().ReadAsync(default)).Version,
        (await site.Server.Services.GetRequiredService<ExchangeLedger>().ReadLatestAsync(10_000, default)).Count(r => r.Kind is not (RecordKind.Refusal or RecordKind.SignIn) && r.Reason is not "audit_exported"));
}
