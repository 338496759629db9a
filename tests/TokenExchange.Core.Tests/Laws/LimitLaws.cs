using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tests.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Laws;

public class LimitLaws
{
    [Law("L1")]
    public void L1_At_the_same_resource_a_hand_on_reaches_no_more_than_is_held(HandOn h)
    {
        if (Onward.Ceiling(h.Entries, h.Receiver, h.Held, h.Held, h.Scopes) is { } ceiling)
        {
            ceiling.IsSubsetOf(h.Scopes).ShouldBeTrue();
        }
    }

    [Law("L1")]
    public void L1_At_another_resource_a_hand_on_reaches_exactly_what_is_listed_there(HandOn h)
    {
        if (h.Resource.Equals(h.Held))
        {
            return;
        }

        var entries = h.Entries.Where(e => string.Equals(e.Agent, h.Receiver, StringComparison.Ordinal) && h.Resource.Equals(e.Resource)).ToList();

        Ceiling(h).ShouldBe(entries.Count == 0 ? null : ScopeSet.Of(entries.SelectMany(e => e.Scopes ?? ScopeSet.Empty)));
    }

    [Law("L1")]
    public void L1_Only_who_is_named_for_the_resource_is_handed_anything(HandOn h) =>
        (Ceiling(h) is not null).ShouldBe(h.Entries.Any(e => string.Equals(e.Agent, h.Receiver, StringComparison.Ordinal) && h.Resource.Equals(e.Resource ?? h.Held)));

    [Law("L1")]
    public void L1_Holding_less_hands_on_no_more(HandOn h, ScopeSet less)
    {
        var ceiling = Ceiling(h);
        var narrower = Ceiling(h with { Scopes = h.Scopes.Intersect(less) });

        (narrower is null).ShouldBe(ceiling is null);
        (narrower ?? ScopeSet.Empty).IsSubsetOf(ceiling ?? ScopeSet.Empty).ShouldBeTrue();
    }

    [Requirement("RFC 9700", "2.3", "A token has the least that is needed: scopes, one resource, minutes")]
    [Law("L2")]
    public void L2_A_token_expires_at_a_whole_second_after_now_and_not_after_any_bound(Lifetime l)
    {
        if (TokenLifetime.Expiry(l.Now, l.Max, l.Bounds) is not { } expiry)
        {
            return;
        }

        expiry.ShouldBeGreaterThan(l.Now);
        expiry.ShouldBeLessThanOrEqualTo(l.Now + l.Max);
        l.Bounds.All(b => b is null || expiry <= b).ShouldBeTrue();
        (expiry.Ticks % TimeSpan.TicksPerSecond).ShouldBe(0);
    }

    [Law("L2")]
    public void L2_A_token_is_refused_a_life_only_when_less_than_two_seconds_of_it_remain(Lifetime l)
    {
        var left = l.Bounds.OfType<DateTimeOffset>().Append(l.Now + l.Max).Min() - l.Now;

        if (TokenLifetime.Expiry(l.Now, l.Max, l.Bounds) is null)
        {
            left.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        }
        else
        {
            left.ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Law("L2")]
    public void L2_A_token_lives_less_than_two_seconds_shorter_than_its_tightest_bound(Lifetime l)
    {
        if (TokenLifetime.Expiry(l.Now, l.Max, l.Bounds) is { } expiry)
        {
            (l.Bounds.OfType<DateTimeOffset>().Append(l.Now + l.Max).Min() - expiry).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        }
    }

    [Law("L2")]
    public void L2_A_further_bound_never_lengthens_a_life(Lifetime l)
    {
        var all = TokenLifetime.Expiry(l.Now, l.Max, l.Bounds);
        for (var n = 0; n < l.Bounds.Length; n++)
        {
            var fewer = TokenLifetime.Expiry(l.Now, l.Max, [.. l.Bounds[..n], .. l.Bounds[(n + 1)..]]);
            (all is null || all <= fewer).ShouldBeTrue();
        }
    }

    [Law]
    public void Every_instant_is_either_in_a_daily_window_or_in_the_one_from_its_end_to_its_start(TimeOfWeek t)
    {
        if (t.From != t.To)
        {
            Window(t, t.From, t.To).Holds(At(t)).ShouldBe(!Window(t, t.To, t.From).Holds(At(t)));
        }
    }

    [Law]
    public void A_window_is_the_union_of_the_windows_of_its_days_and_those_share_no_instant(TimeOfWeek t)
    {
        var days = Enum.GetValues<DayOfWeek>().Count(d => new Condition.TimeWindow(new HashSet<DayOfWeek> { d }, t.From, t.To, TimeZoneInfo.FindSystemTimeZoneById(t.Zone)).Holds(At(t)) == true);

        days.ShouldBe(Window(t, t.From, t.To).Holds(At(t)) == true ? 1 : 0);
    }

    private static ScopeSet? Ceiling(HandOn h) => Onward.Ceiling(h.Entries, h.Receiver, h.Resource, h.Held, h.Scopes);

    private static Condition.TimeWindow Window(TimeOfWeek t, TimeOnly from, TimeOnly to) =>
        new(Enum.GetValues<DayOfWeek>().ToHashSet(), from, to, TimeZoneInfo.FindSystemTimeZoneById(t.Zone));

    private static PolicyQuestion At(TimeOfWeek t) => Sample.Question with { Now = t.Now };
}
