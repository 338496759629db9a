using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>Alice authenticated ten minutes ago with <c>silver</c>.</summary>
public class PolicyEvaluatorStepUpTests
{
    [Theory]
    [InlineData(601, true)]
    [InlineData(600, true)]
    [InlineData(599, false)]
    public void An_authentication_may_be_as_old_as_the_policy_says(int seconds, bool permitted)
    {
        foreach (var limits in new[] { new LimitsDefinition { MaxAuthAge = TimeSpan.FromSeconds(seconds) }, new LimitsDefinition { MaxSessionAge = TimeSpan.FromSeconds(seconds) } })
        {
            var decision = Decide(Question, Permit("reader", "mail.read") with { Limits = limits });
            if (permitted)
            {
                decision.ShouldPermit("reader", "mail.read");
            }
            else
            {
                StepUpOf(decision).ShouldBe($"any, {seconds} s");
            }
        }
    }

    [Fact]
    public void A_step_up_says_which_policy_wanted_it()
    {
        var deny = Decide(Question, Permit("reader", "mail.read") with { Limits = new() { AcrValues = ["gold"] } }).ShouldDeny(DenyReason.AuthenticationInsufficient);

        deny.Closest.ShouldBe([new NearMiss("reader", DenyReason.AuthenticationInsufficient, "the user's authentication is not fresh or strong enough")]);
    }

    [Theory]
    [InlineData("silver", null)]
    [InlineData("gold silver", null)]
    [InlineData("gold", "gold, any age")]
    [InlineData("gold platinum", "gold platinum, any age")]
    [InlineData("Silver", "Silver, any age")]
    public void An_authentication_must_be_one_of_those_the_policy_accepts(string accepted, string? stepUp) =>
        StepUpOf(Decide(Question, Permit("reader", "mail.read") with { Limits = new() { AcrValues = accepted.Split(' ') } })).ShouldBe(stepUp);

    [Fact]
    public void An_authentication_of_which_nothing_is_known_meets_no_requirement()
    {
        var question = Question with { Subject = Alice with { Authentication = UserAuthentication.Unknown } };

        StepUpOf(Decide(question, Permit("reader", "mail.read"))).ShouldBeNull();
        StepUpOf(Decide(question, Permit("reader", "mail.read") with { Limits = new() { MaxAuthAge = TimeSpan.FromDays(30) } })).ShouldBe("any, 2592000 s");
        StepUpOf(Decide(question, Permit("reader", "mail.read") with { Limits = new() { MaxSessionAge = TimeSpan.FromDays(30) } })).ShouldBe("any, 2592000 s");
        StepUpOf(Decide(question, Permit("reader", "mail.read") with { Limits = new() { AcrValues = ["silver"] } })).ShouldBe("silver, any age");
    }

    [Fact]
    public void A_single_scope_may_want_more()
    {
        var policy = Permit("triage", "mail.read", "mail.send") with { Limits = new() { PerScope = PerScope("mail.send", 300, "gold") } };

        StepUpOf(Decide(Asking("mail.read"), policy)).ShouldBeNull();
        StepUpOf(Decide(Asking("mail.send"), policy)).ShouldBe("gold, 300 s");
        StepUpOf(Decide(Asking("mail.read", "mail.send"), policy)).ShouldBe("gold, 300 s");
    }

    [Fact]
    public void When_nothing_is_asked_for_what_would_need_a_step_up_is_left_out() =>
        Decide(Question, Permit("triage", "mail.read", "mail.send") with { Limits = new() { PerScope = PerScope("mail.send", null, "gold") } })
            .ShouldPermit("triage", "mail.read");

    [Fact]
    public void When_nothing_is_asked_for_and_everything_would_need_a_step_up_it_is_demanded() =>
        StepUpOf(Decide(Question, Permit("sender", "mail.send") with { Limits = new() { PerScope = PerScope("mail.send", 60, "gold") } })).ShouldBe("gold, 60 s");

    [Fact]
    public void When_nothing_is_asked_for_what_is_met_is_kept() =>
        Decide(Question, Permit("triage", "mail.read", "mail.send") with { Limits = new() { PerScope = PerScope("mail.send", 600, "silver") } })
            .ShouldPermit("triage", "mail.read", "mail.send");

    [Fact]
    public void Leaving_a_scope_out_does_not_lift_what_the_whole_policy_wants() =>
        StepUpOf(Decide(Question, Permit("triage", "mail.read", "mail.send") with { Limits = new() { MaxAuthAge = TimeSpan.FromMinutes(5), PerScope = PerScope("mail.send", 60, "gold") } }))
            .ShouldBe("any, 300 s");

    [Fact]
    public void What_only_a_scope_outside_the_grant_wants_is_not_demanded() =>
        Decide(Question with { ScopeCeiling = ScopeSet.Of("mail.read") }, Permit("triage", "mail.read", "mail.send") with { Limits = new() { PerScope = PerScope("mail.send", 60, "gold") } })
            .ShouldPermit("triage", "mail.read");

    [Fact]
    public void The_shortest_of_several_ages_is_demanded() =>
        StepUpOf(Decide(
            Asking("mail.send"),
            Permit("sender", "mail.send") with { Limits = new() { MaxSessionAge = TimeSpan.FromMinutes(4), MaxAuthAge = TimeSpan.FromMinutes(3), PerScope = PerScope("mail.send", 120) } }))
            .ShouldBe("any, 120 s");

    [Theory]
    [InlineData("gold platinum", "platinum titanium", "platinum, 60 s")]
    [InlineData("silver gold", "gold platinum", "gold, 60 s")]
    [InlineData("silver gold", "", "silver gold, 60 s")]
    [InlineData("", "gold", "gold, 60 s")]
    public void A_step_up_satisfies_the_policy_and_every_scope_at_once(string everywhere, string forSending, string expected) =>
        StepUpOf(Decide(
            Asking("mail.send", "mail.read"),
            Permit("triage", "mail.read", "mail.send") with
            {
                Limits = new() { AcrValues = Words(everywhere), PerScope = PerScope("mail.send", 60, Words(forSending)) },
            }))
            .ShouldBe(expected);

    [Fact]
    public void Where_no_sign_in_satisfies_all_the_policy_as_a_whole_speaks() =>
        StepUpOf(Decide(
            Asking("mail.send"),
            Permit("sender", "mail.send") with { Limits = new() { AcrValues = ["gold", "silver"], PerScope = PerScope("mail.send", 60, "platinum") } }))
            .ShouldBe("gold silver, 60 s");

    [Fact]
    public void After_the_step_up_that_was_demanded_the_question_is_permitted()
    {
        var policy = Permit("triage", "mail.read", "mail.send") with
        {
            Limits = new() { MaxSessionAge = TimeSpan.FromMinutes(9), AcrValues = ["silver", "gold"], PerScope = PerScope("mail.send", 60, "platinum", "gold") },
        };
        var stepUp = Decide(Asking("mail.send"), policy).ShouldDeny(DenyReason.AuthenticationInsufficient).StepUp.ShouldNotBeNull();

        foreach (var acr in stepUp.AcrValues)
        {
            Decide(Asking("mail.send") with { Subject = Alice with { Authentication = new UserAuthentication(MondayAtTen - stepUp.MaxAge, acr, []) } }, policy).ShouldPermit("triage", "mail.send");
        }

        stepUp.AcrValues.ShouldBe(["gold"]);
    }

    [Fact]
    public void Another_permit_that_wants_no_step_up_answers_instead() =>
        Decide(Asking("mail.read"), Permit("strict", "mail.read") with { Limits = new() { AcrValues = ["gold"] } }, Permit("wide", "mail.read", "mail.label"))
            .ShouldPermit("wide", "mail.read");

    [Fact]
    public void Only_a_lacking_authentication_asks_for_a_step_up() =>
        Decide(Asking("mail.send"), Permit("reader", "mail.read") with { Limits = new() { AcrValues = ["gold"] } })
            .ShouldDeny(DenyReason.ScopeNotPermitted).StepUp.ShouldBeNull();

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, AuthenticationDefinition> PerScope(string scope, int? maxAge, params string[] acr) => new(StringComparer.Ordinal)
    {
        [scope] = new() { MaxAuthAge = maxAge is { } s ? TimeSpan.FromSeconds(s) : null, AcrValues = acr },
    };

    /// <summary>Null when permitted.</summary>
    private static string? StepUpOf(Decision decision)
    {
        if (decision is Decision.Permit)
        {
            return null;
        }

        var stepUp = decision.ShouldDeny(DenyReason.AuthenticationInsufficient).StepUp.ShouldNotBeNull();
        return $"{(stepUp.AcrValues.Count == 0 ? "any" : string.Join(' ', stepUp.AcrValues))}, {(stepUp.MaxAge is { } age ? $"{age.TotalSeconds} s" : "any age")}";
    }
}
