using TokenExchange.Server.Tests.Hostile.Jwts;

namespace TokenExchange.Server.Tests.Hostile;

/// <summary>Every bad JWT at every place where one can be shown.</summary>
public sealed class HostileJwtTests(HostileWorld world) : IClassFixture<HostileWorld>
{
    public static IEnumerable<(string Place, string Jwt)> Shown =>
        from place in Place.All from row in JwtCorpus.All where place.Value.RefusalOf(row.Value) is not null select (place.Key, row.Key);

    public static TheoryData<string, string> Cases => [.. Shown];

    public static TheoryData<string> Places => [.. Place.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_JWT_is_refused_for_its_own_reason(string place, string jwt)
    {
        var row = JwtCorpus.All[jwt];
        var bad = row.Make(Place.All[place].DraftIn(world));

        await Place.All[place].ShouldRefuseAsync(world, bad, Place.All[place].RefusalOf(row)!);

        world.Trapped.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task The_good_JWT_that_all_of_them_are_made_of_is_believed(string place) =>
        (await Place.All[place].AcceptsAsync(world, Place.All[place].DraftIn(world).Sign())).ShouldBeTrue();
}
