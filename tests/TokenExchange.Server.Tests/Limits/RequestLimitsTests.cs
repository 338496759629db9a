using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using TokenExchange.Server.Limits;
using TokenExchange.Server.Settings;
using Xunit;

namespace TokenExchange.Server.Tests.Limits;

public sealed class RequestLimitsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_many_refusals_at_the_same_instant_one_is_worth_a_record()
    {
        using var limits = Limits(new FakeTimeProvider(s_now));

        for (var round = 0; round < 200; round++)
        {
            var who = $"client {round}";
            ParallelEnumerable.Range(0, 8).WithDegreeOfParallelism(8).WithExecutionMode(ParallelExecutionMode.ForceParallelism)
                .Count(_ => limits.IsWorthARecord(who)).ShouldBe(1, who);
        }
    }

    [Fact]
    public void Who_goes_on_for_a_minute_is_on_record_again()
    {
        var clock = new FakeTimeProvider(s_now);
        using var limits = Limits(clock);
        limits.IsWorthARecord("client a").ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(59));
        limits.IsWorthARecord("client a").ShouldBeFalse();
        limits.IsWorthARecord("client b").ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(1));
        limits.IsWorthARecord("client a").ShouldBeTrue();
        limits.IsWorthARecord("client a").ShouldBeFalse();
    }

    private static RequestLimits Limits(TimeProvider clock) => new(Options.Create(new LimitSettings()), clock);
}
