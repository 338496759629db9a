using TokenExchange.Server.Tests.Hostile.Exchanges;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>Every bad request: the exact answer, nothing issued, and its reason on record.</summary>
public sealed class HostileExchangeTests(HostileWorld world) : IClassFixture<HostileWorld>
{
    public static TheoryData<string> Names => [.. HostileExchange.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_request_gets_nothing_and_is_on_record(string name)
    {
        var row = HostileExchange.All[name];

        var held = await row.Prepare(world);

        var answer = await world.Server.ShouldRefuseAsync(() => row.Act(world, held), row.Status, row.Error, row.Code, row.More, held);

        answer.ContentType.ShouldBe("application/json; charset=UTF-8");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.ShouldNotContain(h => h.Key == "Set-Cookie" || h.Key == "X-Injected" || h.Key == "Location");
    }
}
