using TokenExchange.Browser.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Hostile;

/// <summary>A user who writes the ids of somebody else's into an address or a form.</summary>
[Attack(HostileRows.DirectReferences)]
public sealed class SomebodyElseTests(Sites sites)
{
    [Fact]
    public async Task Nobody_stops_what_acts_for_somebody_else()
    {
        var site = await sites.TriedAsync();
        var bobs = site.Known["txn of bob"];
        var alice = await site.AsAsync(Who.User);

        (await alice.PostAsync("/me?handler=Stop", ("delegation", bobs), ("Subject", "demo|bob"), ("Who.Subject", "demo|bob"))).Status.ShouldBe(302);

        (await alice.GetAsync("/me")).Document.QuerySelector("main .note")!.TextContent.ShouldBe("That was over already.");
        (await (await site.AsAsync(Who.OtherUser)).GetAsync("/me")).Body.ShouldContain(bobs);
    }

    [Theory]
    [InlineData("/me?Subject=demo%7Cbob")]
    [InlineData("/me?handler=Cards&Subject=demo%7Cbob&Who.Subject=demo%7Cbob")]
    [InlineData("/me/history?Subject=demo%7Cbob&sub=demo%7Cbob")]
    [InlineData("/me/stop-all?Subject=demo%7Cbob")]
    public async Task Nobody_sees_what_acts_for_somebody_else(string path)
    {
        var site = await sites.TriedAsync();
        var seen = await (await site.AsAsync(Who.NewUser)).GetAsync(path);

        seen.Status.ShouldBe(200);
        seen.Body.ShouldNotContain(site.Known["txn of bob"]);
        seen.Body.ShouldNotContain(World.SummaryAgent);
        seen.Body.ShouldNotContain("Summary agent");
    }

    [Fact]
    public async Task A_user_is_nobody_to_the_administration_and_an_administrator_nobody_to_users()
    {
        var site = await sites.TriedAsync();

        (await (await site.AsAsync(Who.User)).GetAsync("/admin")).Target!.AbsolutePath.ShouldBe("/admin/sign-in");
        (await (await site.AsAsync(Server.Administrators.Roles.Administrator)).GetAsync("/me")).Target!.AbsolutePath.ShouldBe("/me/sign-in");
    }
}
