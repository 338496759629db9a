using System.Net;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class ConditionTests
{
    private const string Workdays = "Mon Tue Wed Thu Fri";

    // 1 June 2026 is a Monday; Berlin is two hours ahead of UTC in summer and one in winter.
    [Theory]
    [InlineData("2026-06-01T04:59:59.9999999Z", false)]
    [InlineData("2026-06-01T05:00:00Z", true)]
    [InlineData("2026-06-01T16:59:59.9999999Z", true)]
    [InlineData("2026-06-01T17:00:00Z", false)]
    [InlineData("2026-06-05T16:59:00Z", true)]
    [InlineData("2026-06-06T10:00:00Z", false)]
    [InlineData("2026-06-07T10:00:00Z", false)]
    [InlineData("2026-06-01T07:00:00+02:00", true)]
    [InlineData("2026-06-01T07:00:00+09:00", false)]
    [InlineData("2026-12-01T05:59:59Z", false)]
    [InlineData("2026-12-01T06:00:00Z", true)]
    public void A_window_holds_from_its_first_minute_to_before_its_last_in_its_own_zone(string now, bool expected) =>
        Window(Workdays, "07:00", "19:00").Holds(At(now)).ShouldBe(expected);

    // A window that starts on a Friday at 22:00 ends on Saturday at 06:00, and belongs to Friday.
    [Theory]
    [InlineData("2026-06-05T21:59:59+02:00", false)]
    [InlineData("2026-06-05T22:00:00+02:00", true)]
    [InlineData("2026-06-05T23:59:59+02:00", true)]
    [InlineData("2026-06-06T00:00:00+02:00", true)]
    [InlineData("2026-06-06T05:59:59+02:00", true)]
    [InlineData("2026-06-06T06:00:00+02:00", false)]
    [InlineData("2026-06-06T22:00:00+02:00", false)]
    [InlineData("2026-06-07T03:00:00+02:00", false)]
    [InlineData("2026-06-05T03:00:00+02:00", false)]
    public void A_window_over_midnight_belongs_to_the_day_it_starts_on(string now, bool expected) =>
        Window("Fri", "22:00", "06:00").Holds(At(now)).ShouldBe(expected);

    [Theory]
    [InlineData("2026-06-07T23:30:00+02:00", true)]
    [InlineData("2026-06-08T00:30:00+02:00", true)]
    [InlineData("2026-06-08T01:00:00+02:00", false)]
    [InlineData("2026-06-07T00:30:00+02:00", false)]
    public void A_window_that_starts_on_Sunday_runs_into_Monday(string now, bool expected) =>
        Window("Sun", "23:00", "01:00").Holds(At(now)).ShouldBe(expected);

    [Theory]
    [InlineData("2026-06-01T00:00:00+02:00", true)]
    [InlineData("2026-06-01T23:59:59+02:00", true)]
    [InlineData("2026-06-02T00:00:00+02:00", false)]
    [InlineData("2026-05-31T23:59:59+02:00", false)]
    public void A_window_to_midnight_ends_with_its_day(string now, bool expected) =>
        Window("Mon", "00:00", "00:00").Holds(At(now)).ShouldBe(expected);

    [Theory]
    [InlineData("2026-06-01T08:59:59+02:00", false)]
    [InlineData("2026-06-01T09:00:00+02:00", true)]
    [InlineData("2026-06-02T08:59:59+02:00", true)]
    [InlineData("2026-06-02T09:00:00+02:00", false)]
    public void A_window_from_and_to_the_same_minute_is_a_whole_day(string now, bool expected) =>
        Window("Mon", "09:00", "09:00").Holds(At(now)).ShouldBe(expected);

    // On 29 March 2026 the hour from 02:00 to 03:00 does not exist in Berlin; on 25 October 2026 it comes twice.
    [Theory]
    [InlineData("02:00", "03:00", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:00", "03:00", "2026-03-29T01:00:00Z", false)]
    [InlineData("01:30", "02:30", "2026-03-29T00:59:59Z", true)]
    [InlineData("01:30", "02:30", "2026-03-29T01:00:00Z", false)]
    [InlineData("02:30", "03:30", "2026-03-29T01:00:00Z", true)]
    [InlineData("02:30", "03:30", "2026-03-29T01:29:59Z", true)]
    [InlineData("02:30", "03:30", "2026-03-29T01:30:00Z", false)]
    [InlineData("07:00", "19:00", "2026-03-29T04:59:59Z", false)]
    [InlineData("07:00", "19:00", "2026-03-29T05:00:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-24T23:59:59Z", false)]
    [InlineData("02:00", "03:00", "2026-10-25T00:00:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T00:59:59Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T01:00:00Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T01:59:59Z", true)]
    [InlineData("02:00", "03:00", "2026-10-25T02:00:00Z", false)]
    [InlineData("07:00", "19:00", "2026-10-25T17:59:59Z", true)]
    [InlineData("07:00", "19:00", "2026-10-25T18:00:00Z", false)]
    public void On_the_days_the_clocks_change_a_window_follows_the_wall_clock(string from, string to, string now, bool expected) =>
        Window("Sun", from, to).Holds(At(now)).ShouldBe(expected);

    [Theory]
    [InlineData("2026-03-28T23:00:00Z", true)]
    [InlineData("2026-03-29T01:59:59Z", true)]
    [InlineData("2026-03-29T02:00:00Z", false)]
    public void A_window_over_the_night_the_clocks_go_forward_ends_by_the_wall_clock(string now, bool expected) =>
        Window("Sat", "22:00", "04:00").Holds(At(now)).ShouldBe(expected);

    [Fact]
    public void A_window_is_said_in_words() =>
        Window("Fri Mon", "07:00", "19:30").ToString().ShouldBe("time window Mon,Fri 07:00-19:30 Europe/Berlin");

    [Theory]
    [InlineData("192.0.2.0", true)]
    [InlineData("192.0.2.255", true)]
    [InlineData("192.0.1.255", false)]
    [InlineData("192.0.3.0", false)]
    [InlineData("::ffff:192.0.2.17", true)]
    [InlineData("::ffff:192.0.3.17", false)]
    [InlineData("::192.0.2.17", false)]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.2", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:db8:0:1::1", false)]
    [InlineData("::1", false)]
    [InlineData("2001:db8:a::a01:203", true)]
    [InlineData("10.1.2.3", false)]
    public void An_agent_calls_from_a_network_or_does_not(string source, bool expected) =>
        Network("192.0.2.0/24", "10.0.0.1/32", "2001:db8::/64", "2001:db8:a::a00:0/104").Holds(From(source)).ShouldBe(expected);

    [Theory]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "::ffff:10.1.2.3", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.1.2.3", false)]
    [InlineData("::ffff:10.0.0.0/104", "::ffff:11.1.2.3", false)]
    [InlineData("::ffff:0:0/96", "10.1.2.3", true)]
    [InlineData("::ffff:0:0/96", "2001:db8::1", false)]
    public void A_network_of_mapped_IPv4_addresses_is_the_IPv4_network(string network, string source, bool expected) =>
        Network(network).Holds(From(source)).ShouldBe(expected);

    [Theory]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "::ffff:203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "203.0.113.9", false)]
    [InlineData("::/0", "::ffff:203.0.113.9", false)]
    public void All_of_one_family_is_nothing_of_the_other(string network, string source, bool expected) =>
        Network(network).Holds(From(source)).ShouldBe(expected);

    [Fact]
    public void Where_the_agent_calls_from_can_be_unknown() => Network("0.0.0.0/0", "::/0").Holds(Question with { Source = null }).ShouldBeNull();

    [Fact]
    public void A_network_is_said_in_words() => Network("192.0.2.0/24", "2001:db8::/64").ToString().ShouldBe("source network 192.0.2.0/24, 2001:db8::/64");

    [Theory]
    [InlineData("department=sales", true)]
    [InlineData("department=Sales", false)]
    [InlineData("department=support", false)]
    [InlineData("department=sales,support", false)]
    [InlineData("department=sales,sales", false)]
    [InlineData("department=", false)]
    [InlineData("department", null)]
    public void A_claim_equals_a_value_when_that_is_its_only_one(string claim, bool? expected) =>
        Of(new() { ClaimEquals = new() { Claim = "department", Value = "sales" } }).Holds(About(claim)).ShouldBe(expected);

    [Theory]
    [InlineData("groups=staff", true)]
    [InlineData("groups=managers,staff", true)]
    [InlineData("groups=Staff", false)]
    [InlineData("groups=staffing", false)]
    [InlineData("groups=", false)]
    [InlineData("groups", null)]
    public void A_claim_contains_a_value_when_it_is_among_its_own(string claim, bool? expected) =>
        Of(new() { ClaimContains = new() { Claim = "groups", Value = "staff" } }).Holds(About(claim)).ShouldBe(expected);

    [Fact]
    public void Claim_conditions_are_said_in_words()
    {
        Of(new() { ClaimEquals = new() { Claim = "department", Value = "sales" } }).ToString().ShouldBe("claim department equals sales");
        Of(new() { ClaimContains = new() { Claim = "groups", Value = "staff" } }).ToString().ShouldBe("claim groups contains staff");
    }

    private static Condition Of(ConditionDefinition definition) => PolicyParser.Parse(Permit("p", "mail.read") with { Conditions = [definition] }).Conditions.ShouldHaveSingleItem();

    private static Condition Window(string days, string from, string to) =>
        Of(new() { TimeWindow = new() { Days = days.Split(' '), From = from, To = to, Zone = "Europe/Berlin" } });

    private static Condition Network(params string[] networks) => Of(new() { SourceNetwork = networks });

    private static PolicyQuestion At(string now) => Question with { Now = DateTimeOffset.Parse(now) };

    private static PolicyQuestion From(string source) => Question with { Source = IPAddress.Parse(source) };
}
