using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Browser.Hostile;

/// <summary>There is always somebody who can appoint administrators.</summary>
[Attack(HostileRows.LastAdministrator)]
public sealed class LastAdministratorTests(Sites sites) : IAsyncLifetime
{
    private Site _site = null!;

    public async ValueTask InitializeAsync() => _site = await Site.StartAsync(sites.Chromium, _ => new());

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task The_last_administrator_neither_leaves_nor_steps_down()
    {
        const string Last = "nobody would be left who can appoint administrators. Appoint somebody else first";
        const string Own = "that is your own account: another administrator must do this, or you do it under Your account";
        using var last = await _site.SignedInAsync(Roles.Administrator);
        var id = _site.Known[Roles.Administrator];

        foreach (var (handler, sentence) in new[] { ("Disable", Last), ("Delete", Last), ("Roles", Last), ("ResetPassword", Own) })
        {
            // Their own page offers none of this. What is sent is right otherwise, so that nothing else can be what stops it.
            var seen = (await _site.Server.Services.GetRequiredService<AdministratorStore>().FindAsync(id, default)).ShouldNotBeNull().Version;
            var reply = await last.PostAsync($"/admin/administrators/edit?id={id}&handler={handler}", ("Seen", seen), ("Roles", Roles.Auditor));
            reply.Status.ShouldBe(200, handler);
            reply.Document.QuerySelectorAll("main [role=alert] li").Select(p => p.TextContent).ShouldBe([sentence], handler);
        }

        (await last.GetAsync("/admin/administrators/new")).Status.ShouldBe(200);
        using var again = await _site.SignedInAsync(Roles.Administrator);
        (await again.GetAsync("/admin/administrators/new")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Two_administrators_who_shut_out_each_other_at_once_do_not_both_succeed()
    {
        for (var round = 0; round < 3; round++)
        {
            var rival = $"rival-{round}";
            using var invited = new PlainVisitor(_site.Address);
            await invited.PostAsync(await Who.InviteAsync(_site, rival, Roles.Administrator), ("Password", Who.Password));
            using var first = await _site.SignedInAsync(Roles.Administrator);
            using var second = await _site.SignedInAsync(rival);
            var (ofFirst, ofSecond) = (await TagAsync(second, Roles.Administrator), await TagAsync(first, rival));
            await Task.WhenAll(first.TokenAsync(), second.TokenAsync());

            var answers = await Task.WhenAll(DisableAsync(first, rival, ofSecond), DisableAsync(second, Roles.Administrator, ofFirst));
            answers.ShouldAllBe(a => a.Status == 200 || a.Status == 302 || a.Status == 403);

            // Whoever is left lets the other in again.
            var left = (await first.GetAsync("/admin")).Status == 200 ? first : second;
            (await left.GetAsync("/admin/administrators/new")).Status.ShouldBe(200);
            var other = left == first ? rival : Roles.Administrator;
            (await left.PostAsync($"/admin/administrators/edit?id={_site.Known[other]}&handler=Enable", ("Seen", await TagAsync(left, other)))).Status.ShouldBe(302);
        }
    }

    private Task<Reply> DisableAsync(PlainVisitor visitor, string who, string seen) => visitor.PostAsync($"/admin/administrators/edit?id={_site.Known[who]}&handler=Disable", ("Seen", seen));

    private async Task<string> TagAsync(PlainVisitor visitor, string who) =>
        (await visitor.GetAsync($"/admin/administrators/edit?id={_site.Known[who]}")).Document.QuerySelector("input[name=Seen]").ShouldNotBeNull().GetAttribute("value")!;
}
