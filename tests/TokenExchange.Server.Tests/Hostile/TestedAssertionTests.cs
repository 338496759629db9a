using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>What is told of a bad JWT is what an exchange would say, for every one there is: a test that said otherwise would teach administrators to trust it.</summary>
public sealed class TestedAssertionTests(HostileWorld world) : IClassFixture<HostileWorld>
{
    private static readonly SubjectTokenPlace Place = new();

    public static TheoryData<string> Names => [.. JwtCorpus.All.Values.Where(row => Place.RefusalOf(row) is not null).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_JWT_fails_the_check_that_an_exchange_refuses_it_for(string name)
    {
        var row = JwtCorpus.All[name];
        var bad = row.Make(Place.DraftIn(world));

        // What pasting adds is taken off, and what is left may be good.
        if (bad.Trim() != bad)
        {
            return;
        }

        var report = await world.Server.Services.GetRequiredService<AssertionTest>().RunAsync(new AssertionTestInput(bad, World.InboxAgent, IsIdToken: false), new Caller("admin:alice", null), default);

        (report.Accepted, report.Reason).ShouldBe((false, Place.RefusalOf(row)));
        report.Steps.First(s => s.Result == CheckResult.Failed).Reason.ShouldBe(report.Reason);
        world.Trapped.ShouldBe(0);
    }
}
