using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Browser.Pages;

/// <summary>When the next key signs.</summary>
public sealed class KeysTests(Sites sites)
{
    [Fact]
    public async Task The_next_key_signs_after_one_of_the_leads_that_are_offered_and_while_it_waits_there_is_none_to_make()
    {
        await using var site = await Site.StartAsync(sites.Chromium, _ => new());
        var administrator = await site.AsAsync(Roles.Administrator);

        var refused = await administrator.PostAsync("/admin/keys?handler=Rotate", ("Lead", "5"));
        refused.Document.QuerySelector("main .note.bad a")!.TextContent.ShouldEndWith("choose one of these");

        var keys = await administrator.FollowAsync(await administrator.SubmitAsync(await administrator.GetAsync("/admin/keys"), "form[action*='handler=Rotate']", ("Lead", "1440")));
        keys.Document.QuerySelector("main .note.good")!.TextContent.ShouldStartWith("There is a next key. It signs from ");
        var rows = keys.Document.QuerySelectorAll("main tbody tr").Select(r => r.QuerySelectorAll("time").Select(t => DateTimeOffset.Parse(t.GetAttribute("datetime")!, System.Globalization.CultureInfo.InvariantCulture)).ToList()).ToList();
        rows.Count.ShouldBe(2);
        (rows[0][1] - rows[0][0]).ShouldBe(TimeSpan.FromDays(1), TimeSpan.FromSeconds(1));
        keys.Document.QuerySelector("form[action*='handler=Rotate']").ShouldBeNull();
    }
}
