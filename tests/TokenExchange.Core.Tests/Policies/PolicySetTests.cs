using System.Security.Cryptography;
using System.Text;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class PolicySetTests
{
    private static readonly PolicyDefinition Nobody = Permit("nobody", "mail.read") with { Agents = [] };

    [Theory]
    [InlineData("inbox-agent", "ai_agent", "internal", "by-id by-any by-kind by-tag by-id-or-tag")]
    [InlineData("inbox-agent", "service", "", "by-id by-any by-id-or-tag")]
    [InlineData("stranger", "ai_agent", "", "by-kind by-any")]
    [InlineData("stranger", "service", "internal external", "by-tag by-any by-id-or-tag")]
    [InlineData("stranger", "service", "external", "")]
    [InlineData("Inbox-Agent", "AI_AGENT", "Internal", "")]
    public void Policies_are_found_once_by_the_agents_id_kind_or_tag(string clientId, string kind, string tags, string expected)
    {
        var set = Set(
            Nobody,
            Nobody with { Name = "by-id", Agents = ["inbox-agent", "inbox-agent"] },
            Nobody with { Name = "by-kind", AgentKinds = ["ai_agent"] },
            Nobody with { Name = "by-tag", AgentTags = ["internal"] },
            Nobody with { Name = "by-id-or-tag", Agents = ["inbox-agent"], AgentTags = ["internal"] },
            Nobody with { Name = "by-any", Agents = ["inbox-agent"], AgentKinds = ["ai_agent"], AgentTags = ["internal", "batch"] });

        set.Find("inbox.triage", ResourceIndicator.Parse(Mail), new AgentFacts(clientId, kind, tags.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Select(p => p.Name).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }

    [Theory]
    [InlineData("inbox.triage", Mail, "reader")]
    [InlineData("inbox.triage", "HTTPS://MAIL.EXAMPLE:443/", "reader")]
    [InlineData("inbox.triage", Files, "filer")]
    [InlineData("inbox.archive", Mail, "archivist")]
    [InlineData("inbox.archive", Files, "")]
    [InlineData("Inbox.Triage", Mail, "")]
    [InlineData("inbox.sort", Mail, "")]
    public void Policies_are_found_under_their_purpose_at_their_resource(string purpose, string resource, string expected) =>
        string.Join(' ', Set(Permit("reader", "mail.read"), Permit("filer", "files.read") with { Resource = Files + "/" }, Permit("archivist", "mail.move") with { Purpose = "inbox.archive" })
            .Find(purpose, ResourceIndicator.Parse(resource), InboxAgent).Select(p => p.Name)).ShouldBe(expected);

    [Fact]
    public void Denies_are_found_too() =>
        Set(Deny("nobody")).Find("inbox.triage", ResourceIndicator.Parse(Mail), InboxAgent).ShouldHaveSingleItem().Effect.ShouldBe(PolicyEffect.Deny);

    [Fact]
    public void Purposes_and_policies_are_found_by_name()
    {
        var set = Set(Permit("reader", "mail.read"));

        set.FindPurpose("inbox.forward").ShouldNotBeNull().State.ShouldBe("retired");
        set.FindPurpose("inbox.sort").ShouldBeNull();
        set.FindPolicy("reader").ShouldNotBeNull().Scopes.ShouldBe(ScopeSet.Of("mail.read"));
        set.FindPolicy("Reader").ShouldBeNull();
        set.Version.ShouldBe(SetVersion);
    }

    [Fact]
    public void A_purpose_is_open_to_an_agent_through_a_permit_only_and_while_active()
    {
        var set = Set(
            Permit("reader", "mail.read"),
            Permit("second-reader", "mail.read"),
            Permit("forwarder", "mail.read") with { Purpose = "inbox.forward" },
            Deny("no-archiving") with { Purpose = "inbox.archive" });

        set.PurposesOpenTo(InboxAgent, ResourceIndicator.Parse(Mail)).ShouldBe(["inbox.triage"]);
        set.PurposesOpenTo(InboxAgent, ResourceIndicator.Parse(Files)).ShouldBeEmpty();
        set.PurposesOpenTo(new AgentFacts("stranger", ClientKind.AiAgent, []), ResourceIndicator.Parse(Mail)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("retired", false)]
    [InlineData("Active", false)]
    [InlineData("", false)]
    public void A_purpose_can_be_used_while_its_state_is_active(string state, bool expected) =>
        PolicySet.IsActive(new() { Purpose = "inbox.triage", State = state }).ShouldBe(expected);

    [Fact]
    public void Claims_that_some_policy_looks_at_are_known_by_name() =>
        Set(
            Permit("reader", "mail.read") with { Subjects = [new() { Issuer = Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"] } }] },
            Permit("sender", "mail.send") with { Conditions = [new() { ClaimEquals = new() { Claim = "cost_center", Value = "1" } }, new() { SourceNetwork = ["192.0.2.0/24"] }] },
            Deny("nobody") with { Conditions = [new() { ClaimContains = new() { Claim = "groups", Value = "guests" } }] })
            .ReferencedClaims.ShouldBe(["department", "cost_center", "groups"], ignoreOrder: true);

    [Fact]
    public void The_hash_does_not_depend_on_the_order_of_purposes_and_policies()
    {
        PolicyDefinition[] policies = [Permit("reader", "mail.read"), Permit("sender", "mail.send"), Deny("nobody")];

        var hash = new PolicySet(1, Purposes, policies).ContentHash;

        new PolicySet(2, [.. Purposes.Reverse()], [.. policies.Reverse()]).ContentHash.ShouldBe(hash);
        PolicySet.Hash(Purposes.Reverse(), policies.Reverse()).ShouldBe(hash);
    }

    [Fact]
    public void The_hash_changes_with_every_change_of_content()
    {
        var reader = Permit("reader", "mail.read");
        var hashes = new[]
        {
            PolicySet.Hash(Purposes, [reader]),
            PolicySet.Hash(Purposes, []),
            PolicySet.Hash(Purposes.Skip(1), [reader]),
            PolicySet.Hash(Purposes.Select(p => p with { State = "active" }), [reader]),
            PolicySet.Hash(Purposes, [reader with { Name = "reader2" }]),
            PolicySet.Hash(Purposes, [reader with { Effect = "deny" }]),
            PolicySet.Hash(Purposes, [reader with { Scopes = ["mail.send"] }]),
            PolicySet.Hash(Purposes, [reader with { Limits = new() { MaxChainDepth = 2 } }]),
            PolicySet.Hash(Purposes, [reader with { Limits = new() { OnwardTo = [new() { Agent = "archive" }] } }]),
            PolicySet.Hash(Purposes, [reader with { Conditions = [new() { SourceNetwork = ["192.0.2.0/24"] }] }]),
            PolicySet.Hash(Purposes, [reader, Permit("sender", "mail.send")]),
        };

        hashes.Distinct(StringComparer.Ordinal).Count().ShouldBe(hashes.Length);
    }

    // Records refer to content by this hash: what was published keeps it when the product is updated.
    [Fact]
    public void The_hash_is_that_of_the_content_as_compact_JSON()
    {
        const string json =
            """{"purposes":[{"purpose":"inbox.triage","title":"Sort my inbox","description":"Über <all> mail","state":"active"}],"policies":[{"name":"reader","purpose":"inbox.triage","effect":"permit","agents":["inbox-agent"],"agentKinds":[],"agentTags":[],"subjects":[{"issuer":"https://idp.example","claims":{}}],"resource":"https://mail.example","scopes":["mail.read"],"limits":{"maxLifetime":"00:05:00","maxDelegationAge":"08:00:00","maxChainDepth":1,"onwardTo":[],"acrValues":[],"perScope":{},"approval":"none","senderConstraint":"none"},"conditions":[]}]}""";

        new PolicySet(1, [new() { Purpose = "inbox.triage", Title = "Sort my inbox", Description = "Über <all> mail" }], [Permit("reader", "mail.read")]).ContentHash.ShouldBe(Sha256(json));
        PolicySet.Empty.ContentHash.ShouldBe(Sha256("""{"purposes":[],"policies":[]}"""));
        PolicySet.Empty.ContentHash.ShouldBe("87b1e143a60efc4abb7100d2ad1f96e826654309367174bccb6024cca255f82f");
    }

    [Fact]
    public void Policies_that_hold_nothing_a_parser_accepts_are_refused_when_the_set_is_built() =>
        Should.Throw<FormatException>(() => Set(Permit("reader", "mail.read") with { Resource = "mail" }));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
