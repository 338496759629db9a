using System.Globalization;
using System.Reflection;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>What pages say of a limit is what holds.</summary>
public sealed class LimitHelpTests
{
    private static readonly ConfigurationValidator Validator = new();

    [Fact]
    public void Every_limit_is_explained_in_the_order_in_which_it_is_declared()
    {
        LimitHelp.All.Select(h => h.Member).ShouldBe(typeof(LimitsDefinition).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));
        LimitHelp.All.ShouldAllBe(h => h.Label.Length > 0 && h.Meaning.EndsWith('.') && h.Default.Length > 0);
        LimitHelp.For("maxLifetime").Default.ShouldBe("00:05:00");
        LimitHelp.For("maxSessionAge").Default.ShouldBe("no limit");
        LimitHelp.For("maxChainDepth").Default.ShouldBe("1");
        LimitHelp.For("onwardTo").Default.ShouldBe("none");
        Should.Throw<KeyNotFoundException>(() => LimitHelp.For("maxLove")).Message.ShouldBe("There is no limit 'maxLove'.");
    }

    [Theory]
    [InlineData("maxLifetime")]
    [InlineData("maxDelegationAge")]
    [InlineData("maxSessionAge")]
    [InlineData("maxAuthAge")]
    public void The_range_of_a_duration_is_the_one_that_is_accepted(string member)
    {
        var ends = LimitHelp.For(member).Range!.Replace(" or more, or empty", string.Empty, StringComparison.Ordinal).Split(" to ").Select(t => TimeSpan.Parse(t, CultureInfo.InvariantCulture)).ToList();

        Problems(member, ends[0]).ShouldBeEmpty();
        Problems(member, ends[0] - TimeSpan.FromTicks(1)).ShouldHaveSingleItem();
        Problems(member, ends.Count > 1 ? ends[1] : TimeSpan.FromDays(3650)).ShouldBeEmpty();
        Problems(member, ends.Count > 1 ? ends[1] + TimeSpan.FromTicks(1) : TimeSpan.Zero).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_range_of_the_chain_depth_is_the_one_that_is_accepted()
    {
        var ends = LimitHelp.For("maxChainDepth").Range!.Split(" to ").Select(t => int.Parse(t, CultureInfo.InvariantCulture)).ToList();

        foreach (var (depth, problems) in new[] { (ends[0], 0), (ends[0] - 1, 1), (ends[1], 0), (ends[1] + 1, 1) })
        {
            Problems("maxChainDepth", depth).Count.ShouldBe(problems);
        }
    }

    private static IReadOnlyList<MemberProblem> Problems(string member, object value)
    {
        var limits = new LimitsDefinition();
        typeof(LimitsDefinition).GetProperty(member, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance)!.SetValue(limits, value);
        return Validator.Problems(World.Configuration with { Policies = [World.Configuration.Policies![0] with { Limits = limits }] });
    }
}
