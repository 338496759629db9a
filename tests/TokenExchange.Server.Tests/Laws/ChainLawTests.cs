using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Properties;
using TokenExchange.Server.Tests.Fixtures;
using Xunit.v3;

namespace TokenExchange.Server.Tests.Laws;

/// <summary>The laws over random chains of exchanges under random rules, at the wire, over a real database.</summary>
public sealed class ChainLawTests(SharedServer shared, ITestOutputHelper output) : IClassFixture<SharedServer>
{
    /// <summary>Other walks in every run, three to an outing; a failure prints the seed that repeats it and tells the walk in words.</summary>
    [Requirement("RFC 8693", "1.1", "No token stands for a user without naming who acts: there is no impersonation")]
    [Requirement("RFC 8693", "5", "At the same resource a chain gains nothing that its first token did not allow")]
    [Requirement("RFC 9068", "2.2.1", "The proof of the user (auth_time, acr, amr) is that of the sign-in, whatever is issued later")]
    [Requirement("RFC 9700", "2.3", "A token has the least that is needed: scopes, one resource, minutes")]
    [WalkLaw(100, "L1 L2 L3 L4 L8", Arbitrary = [typeof(WalkGenerators)])]
    public Task L1_L2_L3_L4_and_L8_hold_for_every_token_of_every_walk(Outing outing) => new Walker(shared.Server, new Tally()).TakeAsync(outing);

    /// <summary>The same walks in every run, so that it can be said what they come to.</summary>
    [Fact]
    public async Task The_walks_are_not_vacuous()
    {
        var tally = new Tally();
        foreach (var outing in WalkGenerators.Outing.Sample(15, new Rnd(8693), 50))
        {
            await new Walker(shared.Server, tally).TakeAsync(outing);
        }

        output.WriteLine(tally.ToString());
        new[] { tally.Permits, tally.Narrowings, tally.HandOns, tally.OtherResource, tally.DepthThree }.ShouldAllBe(count => count > 0, tally.ToString());
        foreach (var code in new[] { "actor_not_named", "chain_not_extendable", "purpose_not_permitted", "resource_not_permitted", "scope_not_permitted", "subject_token_expired" })
        {
            tally.Refusals.ContainsKey(code).ShouldBeTrue(code);
        }
    }
}

/// <summary>
/// A law that is tried over the wire: as often as said there, or as the environment variable <c>TOKENEXCHANGE_PROPERTY_CASES</c> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WalkLawAttribute : LocatedPropertyAttribute, ITraitAttribute
{
    private readonly string[] _laws;

    /// <param name="cases">How many in the usual run.</param>
    /// <param name="laws">The laws of the design it belongs to, separated by spaces: tests of one law run with <c>--filter-trait Law=L3</c>.</param>
    /// <param name="sourceFilePath">Filled in by the compiler.</param>
    /// <param name="sourceLineNumber">Filled in by the compiler.</param>
    public WalkLawAttribute(int cases, string laws, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        _laws = laws.Split(' ');
        MaxTest = CasesBy("TOKENEXCHANGE_PROPERTY_CASES", cases);
        QuietOnSuccess = true;
    }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. _laws.Select(l => KeyValuePair.Create("Law", l))];
}
