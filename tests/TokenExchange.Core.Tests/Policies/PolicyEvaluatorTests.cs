using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class PolicyEvaluatorTests
{
    [Fact]
    public void A_permit_says_the_purpose_the_scopes_the_policy_and_the_version()
    {
        var set = Set(Permit("reader", "mail.read", "mail.label"));

        var permit = PolicyEvaluator.Decide(set, Question).ShouldPermit("reader", "mail.read", "mail.label");

        permit.Purpose.ShouldBe("inbox.triage");
        permit.Policy.ShouldBeSameAs(set.FindPolicy("reader"));
        permit.PolicySetVersion.ShouldBe(SetVersion);
    }

    [Fact]
    public void A_deny_says_the_reason_what_came_closest_and_the_version()
    {
        var deny = Decide(Asking("mail.send"), Permit("reader", "mail.read")).ShouldDeny(DenyReason.ScopeNotPermitted);

        deny.Closest.ShouldBe([new NearMiss("reader", DenyReason.ScopeNotPermitted, "does not reach mail.send")]);
        deny.StepUp.ShouldBeNull();
        deny.PolicySetVersion.ShouldBe(SetVersion);
    }

    [Fact]
    public void A_set_that_was_never_published_permits_nothing()
    {
        PolicyEvaluator.Decide(PolicySet.Empty, Question).ShouldDeny(DenyReason.PurposeUnknown).PolicySetVersion.ShouldBe(0);
        PolicyEvaluator.Decide(PolicySet.Empty, Question with { Purpose = null }).ShouldDeny(DenyReason.ResourceNotOpen).PolicySetVersion.ShouldBe(0);
    }

    [Theory]
    [InlineData("inbox.sort", DenyReason.PurposeUnknown)]
    [InlineData("Inbox.Triage", DenyReason.PurposeUnknown)]
    [InlineData("", DenyReason.PurposeUnknown)]
    [InlineData("inbox.forward", DenyReason.PurposeRetired)]
    [InlineData("inbox.archive", DenyReason.PurposeNotOpen)]
    public void A_purpose_must_exist_be_active_and_be_open_to_the_agent(string purpose, DenyReason expected) =>
        Decide(Question with { Purpose = purpose }, Permit("reader", "mail.read"), Permit("forwarder", "mail.read") with { Purpose = "inbox.forward" })
            .ShouldDeny(expected).Closest.ShouldBeEmpty();

    [Fact]
    public void Where_no_permit_selects_the_agent_the_resource_is_not_open_to_it()
    {
        Decide(Question with { Agent = new AgentFacts("other-agent", ClientKind.AiAgent, []) }, Permit("reader", "mail.read")).ShouldDeny(DenyReason.ResourceNotOpen);
        Decide(Question with { Resource = ResourceIndicator.Parse(Files) }, Permit("reader", "mail.read")).ShouldDeny(DenyReason.ResourceNotOpen);
        Decide(Question, Deny("nobody")).ShouldDeny(DenyReason.ResourceNotOpen);
    }

    [Fact]
    public void The_resource_may_be_written_with_a_trailing_slash() =>
        Decide(Question with { Resource = ResourceIndicator.Parse(Mail + "/") }, Permit("reader", "mail.read")).ShouldPermit("reader", "mail.read");

    [Fact]
    public void An_undeclared_purpose_is_the_only_one_open_to_the_agent_there() =>
        Decide(
            Question with { Purpose = null },
            Permit("archivist", "mail.move") with { Purpose = "inbox.archive" },
            Permit("reader", "mail.read") with { Agents = ["other-agent"] },
            Permit("filer", "files.read") with { Resource = Files },
            Permit("forwarder", "mail.read") with { Purpose = "inbox.forward" },
            Deny("nobody") with { Scopes = ["mail.send"] })
            .ShouldPermit("archivist", "mail.move").Purpose.ShouldBe("inbox.archive");

    [Fact]
    public void An_undeclared_purpose_is_missing_when_several_are_open() =>
        Decide(Question with { Purpose = null }, Permit("reader", "mail.read"), Permit("archivist", "mail.move") with { Purpose = "inbox.archive" })
            .ShouldDeny(DenyReason.PurposeMissing).Closest.ShouldBeEmpty();

    [Fact]
    public void An_undeclared_purpose_at_a_resource_where_none_is_open_is_the_resources_refusal() =>
        Decide(Question with { Purpose = null }, Permit("reader", "mail.read") with { Agents = ["other-agent"] }).ShouldDeny(DenyReason.ResourceNotOpen);

    [Fact]
    public void A_user_whom_no_policy_covers_is_refused() =>
        Decide(About("department=support"), Permit("reader", "mail.read") with { Subjects = [Of("department", "sales")] })
            .ShouldDeny(DenyReason.SubjectNotCovered).Closest.ShouldBe([new NearMiss("reader", DenyReason.SubjectNotCovered, "the user is not among its subjects")]);

    [Theory]
    [InlineData("department=sales")]
    [InlineData("department=support,sales")]
    [InlineData("department=marketing")]
    public void Any_subject_entry_that_matches_is_enough(string claim) =>
        Decide(About(claim), Permit("reader", "mail.read") with { Subjects = [Of("department", "sales"), new() { Issuer = "https://other.example" }, Of("department", "marketing")] })
            .ShouldPermit("reader", "mail.read");

    [Fact]
    public void A_claim_that_is_not_known_covers_nobody() =>
        Decide(About("department"), Permit("reader", "mail.read") with { Subjects = [Of("department", "sales")] }).ShouldDeny(DenyReason.SubjectNotCovered);

    [Fact]
    public void A_condition_that_does_not_hold_is_named() =>
        Decide(
            Question,
            Permit("reader", "mail.read") with
            {
                Conditions =
                [
                    new() { ClaimEquals = new() { Claim = "department", Value = "sales" } },
                    new() { ClaimContains = new() { Claim = "groups", Value = "admins" } },
                    new() { ClaimEquals = new() { Claim = "department", Value = "support" } },
                ],
            })
            .ShouldDeny(DenyReason.ConditionFailed).Closest.ShouldBe([new NearMiss("reader", DenyReason.ConditionFailed, "claim groups contains admins does not hold")]);

    [Fact]
    public void A_condition_that_cannot_be_known_fails_a_permit()
    {
        Decide(Question, Permit("reader", "mail.read") with { Conditions = [new() { SourceNetwork = ["0.0.0.0/0", "::/0"] }] }).ShouldDeny(DenyReason.ConditionFailed);
        Decide(Question, Permit("reader", "mail.read") with { Conditions = [new() { ClaimEquals = new() { Claim = "unheard_of", Value = "x" } }] }).ShouldDeny(DenyReason.ConditionFailed);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(3, 4, false)]
    [InlineData(10, 10, true)]
    [InlineData(10, 11, false)]
    public void A_chain_may_be_as_deep_as_the_policy_says_and_no_deeper(int limit, int depth, bool permitted)
    {
        var decision = Decide(Question with { ChainDepth = depth }, Permit("reader", "mail.read") with { Limits = new() { MaxChainDepth = limit } });

        if (permitted)
        {
            decision.ShouldPermit("reader", "mail.read");
        }
        else
        {
            decision.ShouldDeny(DenyReason.ChainTooDeep).Closest.ShouldBe([new NearMiss("reader", DenyReason.ChainTooDeep, $"at most {limit} actors, not {depth}")]);
        }
    }

    [Theory]
    [InlineData("mail.read", null, "mail.read")]
    [InlineData("mail.read mail.label", null, "mail.read mail.label")]
    [InlineData(null, null, "mail.read mail.label mail.move")]
    [InlineData(null, "mail.read mail.send", "mail.read")]
    [InlineData("mail.read", "mail.read mail.send", "mail.read")]
    [InlineData("mail.read mail.send", null, null)]
    [InlineData("mail.read mail.label", "mail.read", null)]
    [InlineData("mail.send", "mail.send", null)]
    [InlineData(null, "mail.send", null)]
    [InlineData(null, "", null)]
    [InlineData("", null, null)]
    public void What_is_granted_is_asked_for_permitted_and_within_the_token_in_hand(string? asked, string? ceiling, string? granted)
    {
        var decision = Decide(
            Question with { RequestedScopes = Scopes(asked), ScopeCeiling = Scopes(ceiling) },
            Permit("triage", "mail.read", "mail.label", "mail.move"));

        if (granted is null)
        {
            decision.ShouldDeny(DenyReason.ScopeNotPermitted);
        }
        else
        {
            decision.ShouldPermit("triage", granted.Split(' '));
        }
    }

    [Fact]
    public void Nothing_that_remains_is_said_as_such() =>
        Decide(Question with { ScopeCeiling = ScopeSet.Empty }, Permit("reader", "mail.read"))
            .ShouldDeny(DenyReason.ScopeNotPermitted).Closest.ShouldBe([new NearMiss("reader", DenyReason.ScopeNotPermitted, "no scope remains")]);

    [Theory]
    [InlineData("mail.read", "reader")]
    [InlineData("mail.label mail.read", "triage")]
    [InlineData("mail.send", "everything")]
    public void The_narrowest_permit_that_covers_what_is_asked_for_determines(string asked, string expected) =>
        Decide(
            Asking(asked.Split(' ')),
            Permit("everything", "mail.read", "mail.label", "mail.send"),
            Permit("triage", "mail.read", "mail.label"),
            Permit("reader", "mail.read"))
            .ShouldPermit(expected, asked.Split(' '));

    [Fact]
    public void When_nothing_is_asked_for_the_furthest_reaching_permit_determines() =>
        Decide(Question, Permit("a-reader", "mail.read"), Permit("triage", "mail.read", "mail.label"), Permit("b-reader", "mail.read"))
            .ShouldPermit("triage", "mail.read", "mail.label");

    [Fact]
    public void Reach_is_what_remains_within_the_token_in_hand_and_the_narrowest_of_equals_determines() =>
        Decide(
            Question with { ScopeCeiling = ScopeSet.Of("mail.read", "mail.label") },
            Permit("everything", "mail.read", "mail.label", "mail.send"),
            Permit("triage", "mail.read", "mail.label"),
            Permit("sender", "mail.send", "mail.move", "mail.delete", "mail.read"))
            .ShouldPermit("triage", "mail.read", "mail.label");

    [Fact]
    public void Among_equally_narrow_permits_the_shortest_then_the_shallowest_then_the_first_by_name_determines()
    {
        var b = Permit("b", "mail.read") with { Limits = new() { MaxLifetime = TimeSpan.FromMinutes(2), MaxChainDepth = 3 } };
        var shallower = Permit("z", "mail.read") with { Limits = new() { MaxLifetime = TimeSpan.FromMinutes(2), MaxChainDepth = 2 } };
        var shorter = Permit("zz", "mail.read") with { Limits = new() { MaxLifetime = TimeSpan.FromMinutes(1), MaxChainDepth = 4 } };

        Decide(Asking("mail.read"), b, b with { Name = "a" }, b with { Name = "C" }).ShouldPermit("C", "mail.read");
        Decide(Asking("mail.read"), b, shallower).ShouldPermit("z", "mail.read");
        Decide(Asking("mail.read"), b, shallower, shorter).ShouldPermit("zz", "mail.read");
    }

    [Fact]
    public void Scopes_of_several_permits_never_add_up()
    {
        var deny = Decide(Asking("mail.read", "mail.send"), Permit("sender", "mail.send"), Permit("reader", "mail.read")).ShouldDeny(DenyReason.ScopeNotPermitted);

        deny.Closest.ShouldBe(
            [
                new NearMiss("reader", DenyReason.ScopeNotPermitted, "does not reach mail.send"),
                new NearMiss("sender", DenyReason.ScopeNotPermitted, "does not reach mail.read"),
            ],
            ignoreOrder: true);
        Decide(Question, Permit("sender", "mail.send"), Permit("reader", "mail.read")).ShouldPermit("reader", "mail.read");
    }

    [Fact]
    public void Limits_of_several_permits_never_add_up()
    {
        var brief = Permit("brief", "mail.read") with { Limits = new() { MaxLifetime = TimeSpan.FromMinutes(1), MaxChainDepth = 3 } };
        var lasting = Permit("lasting", "mail.read") with { Limits = new() { MaxLifetime = TimeSpan.FromMinutes(30), MaxChainDepth = 1 } };

        Decide(Asking("mail.read"), brief, lasting).ShouldPermit("brief", "mail.read").Policy.Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(1));
        Decide(Asking("mail.read") with { ChainDepth = 2 }, brief, lasting).ShouldPermit("brief", "mail.read").Policy.Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(1));
        Decide(Asking("mail.read") with { ChainDepth = 4 }, brief, lasting).ShouldDeny(DenyReason.ChainTooDeep).Closest.Count.ShouldBe(2);
    }

    [Fact]
    public void A_narrower_permit_that_fails_makes_way_for_a_wider_one_that_covers() =>
        Decide(
            Asking("mail.read"),
            Permit("reader", "mail.read") with { Conditions = [new() { ClaimEquals = new() { Claim = "department", Value = "support" } }] },
            Permit("triage", "mail.read", "mail.label"))
            .ShouldPermit("triage", "mail.read");

    [Fact]
    public void The_reason_is_that_of_the_permits_that_came_closest()
    {
        var stranger = Permit("stranger", "mail.read") with { Subjects = [new() { Issuer = "https://other.example" }] };
        var conditional = Permit("conditional", "mail.read") with { Conditions = [new() { ClaimEquals = new() { Claim = "department", Value = "support" } }] };
        var deep = Permit("deep", "mail.read") with { Limits = new() { MaxChainDepth = 1 } };
        var sender = Permit("sender", "mail.send") with { Limits = new() { MaxChainDepth = 2 } };
        var fresh = Permit("fresh", "mail.read") with { Limits = new() { MaxChainDepth = 2, MaxAuthAge = TimeSpan.FromMinutes(1) } };
        var question = Asking("mail.read") with { ChainDepth = 2 };

        Closest(Decide(question, stranger)).ShouldBe("SubjectNotCovered: stranger");
        Closest(Decide(question, stranger, conditional)).ShouldBe("ConditionFailed: conditional");
        Closest(Decide(question, stranger, conditional, deep)).ShouldBe("ChainTooDeep: deep");
        Closest(Decide(question, stranger, conditional, deep, sender)).ShouldBe("ScopeNotPermitted: sender");
        Closest(Decide(question, stranger, conditional, deep, sender, fresh)).ShouldBe("AuthenticationInsufficient: fresh");
        Closest(Decide(question, conditional with { Name = "b" }, stranger, conditional with { Name = "a" })).ShouldBe("ConditionFailed: a, b");
    }

    [Fact]
    public void An_agent_is_selected_by_id_by_kind_or_by_tag()
    {
        var nobody = Permit("p", "mail.read") with { Agents = [] };

        Decide(Question, nobody).ShouldDeny(DenyReason.ResourceNotOpen);
        Decide(Question, nobody with { AgentKinds = ["ai_agent"] }).ShouldPermit("p", "mail.read");
        Decide(Question, nobody with { AgentTags = ["external", "internal"] }).ShouldPermit("p", "mail.read");
        Decide(Question, nobody with { Agents = ["other-agent", "inbox-agent"], AgentKinds = ["service"], AgentTags = ["external"] }).ShouldPermit("p", "mail.read");
        Decide(Question, nobody with { Agents = ["other-agent"], AgentKinds = ["service"], AgentTags = ["external"] }).ShouldDeny(DenyReason.ResourceNotOpen);
    }

    private static string Closest(Decision decision)
    {
        var deny = decision.ShouldBeOfType<Decision.Deny>();
        return $"{deny.Reason}: {string.Join(", ", deny.Closest.Select(c => c.Policy))}";
    }

    private static SubjectDefinition Of(string claim, params string[] values) =>
        new() { Issuer = Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [claim] = values } };

    private static ScopeSet? Scopes(string? text) => text is null ? null : ScopeSet.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
