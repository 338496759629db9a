using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class PolicyEvaluatorDenyTests
{
    private static readonly PolicyDefinition Triage = Permit("triage", "mail.read", "mail.label", "mail.send");

    [Fact]
    public void A_deny_overrides_every_permit_and_is_named()
    {
        var deny = Decide(Question, Triage, Permit("reader", "mail.read"), Deny("nobody")).ShouldDeny(DenyReason.DeniedByPolicy);

        deny.Closest.ShouldBe([new NearMiss("nobody", DenyReason.DeniedByPolicy, "denies this")]);
        deny.PolicySetVersion.ShouldBe(SetVersion);
    }

    [Fact]
    public void A_deny_that_selects_nothing_of_the_question_forbids_nothing()
    {
        string[] all = ["mail.read", "mail.label", "mail.send"];

        Decide(Question, Triage, Deny("d") with { Agents = ["other-agent"] }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d") with { Resource = Files }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d") with { Purpose = "inbox.archive" }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d") with { Subjects = [new() { Issuer = "https://other.example" }] }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d") with { Subjects = [Of("department", "support")] }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d") with { Conditions = [Claim("department", "support")] }).ShouldPermit("triage", all);
        Decide(Question, Triage, Deny("d", "mail.delete")).ShouldPermit("triage", all);
    }

    [Theory]
    [InlineData("inbox-agent", null, null)]
    [InlineData(null, "ai_agent", null)]
    [InlineData(null, null, "internal")]
    public void A_deny_selects_agents_as_a_permit_does(string? agent, string? kind, string? tag) =>
        Decide(Question, Triage, Deny("d") with { Agents = [.. Some(agent)], AgentKinds = [.. Some(kind)], AgentTags = [.. Some(tag)] })
            .ShouldDeny(DenyReason.DeniedByPolicy);

    [Theory]
    [InlineData("mail.send")]
    [InlineData("mail.read mail.send")]
    public void Asking_for_a_forbidden_scope_is_denied(string asked) =>
        Decide(Asking(asked.Split(' ')), Triage, Deny("no-sending", "mail.send", "mail.delete"))
            .ShouldDeny(DenyReason.DeniedByPolicy).Closest.ShouldHaveSingleItem().Policy.ShouldBe("no-sending");

    [Fact]
    public void Asking_for_other_scopes_than_the_forbidden_ones_is_not_denied() =>
        Decide(Asking("mail.read"), Triage, Deny("no-sending", "mail.send")).ShouldPermit("triage", "mail.read");

    [Fact]
    public void When_nothing_is_asked_for_forbidden_scopes_are_left_out() =>
        Decide(Question, Triage, Deny("no-sending", "mail.send"), Deny("no-labels", "mail.label", "mail.delete")).ShouldPermit("triage", "mail.read");

    [Fact]
    public void When_everything_permitted_is_forbidden_nothing_remains() =>
        Decide(Question, Triage, Deny("no-sending", "mail.send"), Deny("no-reading", "mail.label", "mail.read"))
            .ShouldDeny(DenyReason.ScopeNotPermitted).Closest.ShouldBe([new NearMiss("triage", DenyReason.ScopeNotPermitted, "no scope remains")]);

    [Fact]
    public void What_is_forbidden_counts_for_no_permits_reach() =>
        Decide(Question, Permit("sender", "mail.send", "mail.delete", "mail.move"), Permit("triage", "mail.read", "mail.label"), Deny("d", "mail.send", "mail.delete"))
            .ShouldPermit("triage", "mail.read", "mail.label");

    [Fact]
    public void Several_denies_forbid_what_any_of_them_forbids()
    {
        var noSending = Deny("no-sending", "mail.send");
        var noLabels = Deny("no-labels", "mail.label");

        Decide(Asking("mail.send"), Triage, noSending, noLabels).ShouldDeny(DenyReason.DeniedByPolicy).Closest[0].Policy.ShouldBe("no-sending");
        Decide(Asking("mail.label"), Triage, noSending, noLabels).ShouldDeny(DenyReason.DeniedByPolicy).Closest[0].Policy.ShouldBe("no-labels");
    }

    [Fact]
    public void All_conditions_of_a_deny_must_hold_for_it_to_forbid()
    {
        Decide(Question, Triage, Deny("d") with { Conditions = [Claim("department", "sales"), Claim("department", "support")] }).ShouldBeOfType<Decision.Permit>();
        Decide(Question, Triage, Deny("d") with { Conditions = [Claim("department", "sales"), Contains("groups", "staff")] }).ShouldDeny(DenyReason.DeniedByPolicy);
    }

    [Fact]
    public void What_cannot_be_known_makes_a_deny_hold()
    {
        Decide(Question with { Source = null }, Triage, Deny("d") with { Conditions = [new() { SourceNetwork = ["192.0.2.0/24"] }] }).ShouldDeny(DenyReason.DeniedByPolicy);
        Decide(About("department"), Triage, Deny("d") with { Conditions = [Claim("department", "support")] }).ShouldDeny(DenyReason.DeniedByPolicy);
        Decide(About("department"), Triage, Deny("d") with { Conditions = [Contains("department", "support")] }).ShouldDeny(DenyReason.DeniedByPolicy);
        Decide(About("department"), Triage, Deny("d") with { Subjects = [Of("department", "support")] }).ShouldDeny(DenyReason.DeniedByPolicy);
    }

    [Fact]
    public void What_is_known_not_to_be_so_frees_from_a_deny_whatever_else_is_unknown()
    {
        Decide(About("department"), Triage, Deny("d") with { Conditions = [Claim("department", "support"), Contains("groups", "admins")] }).ShouldBeOfType<Decision.Permit>();
        Decide(About("department"), Triage, Deny("d") with { Subjects = [Of("department", "support") with { Issuer = "https://other.example" }] }).ShouldBeOfType<Decision.Permit>();
    }

    [Fact]
    public void A_claim_the_assertion_did_not_have_is_known_not_to_match() =>
        Decide(About("department="), Triage, Deny("d") with { Conditions = [Claim("department", "support")] }).ShouldBeOfType<Decision.Permit>();

    [Fact]
    public void A_deny_forbids_at_every_depth_and_within_every_ceiling() =>
        Decide(Question with { ChainDepth = 5, ScopeCeiling = ScopeSet.Of("mail.read") }, Triage with { Limits = new() { MaxChainDepth = 5 } }, Deny("nobody"))
            .ShouldDeny(DenyReason.DeniedByPolicy);

    private static IEnumerable<string> Some(string? value) => value is null ? [] : [value];

    private static ConditionDefinition Claim(string claim, string value) => new() { ClaimEquals = new() { Claim = claim, Value = value } };

    private static ConditionDefinition Contains(string claim, string value) => new() { ClaimContains = new() { Claim = claim, Value = value } };

    private static SubjectDefinition Of(string claim, params string[] values) =>
        new() { Issuer = Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [claim] = values } };
}
