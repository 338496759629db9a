using System.Net;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>What a trace tells whoever writes policies.</summary>
public class PolicyTraceTests
{
    private static readonly PolicyDefinition s_strict = Sample.Permit("strict", "label", "read") with
    {
        Subjects = [new() { Issuer = Sample.Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"] } }],
        Conditions = [new() { SourceNetwork = ["192.0.2.0/24"] }, new() { ClaimEquals = new() { Claim = "rank", Value = "1" } }],
        Limits = new LimitsDefinition
        {
            MaxSessionAge = TimeSpan.FromMinutes(5), AcrValues = ["gold"],
            PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["label"] = new() { MaxAuthAge = TimeSpan.FromMinutes(1), AcrValues = ["silver", "gold"] } },
        },
    };

    [Fact]
    public void Every_check_is_told_whether_or_not_one_before_it_failed()
    {
        Trace(Sample.Asking("label", "send") with { ChainDepth = 2 }, s_strict).ShouldBe(
        [
            "strict selected determining",
            "  Subject Held: the user is among its subjects",
            "  Condition Unknown: source network 192.0.2.0/24: not known",
            "  Condition Unknown: claim rank equals 1: not known",
            "  ChainDepth Failed: at most 1 actors, here 2",
            "  Scopes Failed: it does not reach send",
            "  Authentication Failed: the user's authentication must be of acr gold",
            "  SessionAge Failed: the session must be at most 00:05:00 old",
            "  Authentication Failed: the user's authentication, for label, must be of acr silver or gold and at most 00:01:00 old",
        ]);
    }

    [Fact]
    public void Whom_a_policy_is_for_is_told_to_whoever_asks_for_somebody_else_and_no_more_of_it_than_is_read()
    {
        static SubjectDefinition Of(string issuer, params IEnumerable<(string Claim, string[] Values)> claims) =>
            new() { Issuer = issuer, Claims = claims.ToDictionary(c => c.Claim, c => (IReadOnlyList<string>)c.Values, StringComparer.Ordinal) };
        static string TraceOf(params SubjectDefinition[] subjects) => Trace(Sample.Asking("read"), s_strict with { Subjects = subjects })[1];

        TraceOf(Of("https://a.example", ("rank", ["2", "1"]), ("department", ["sales"]))).ShouldBe("  Subject Failed: the user is not among its subjects, who are users of https://a.example with department sales and rank 1 or 2");
        TraceOf(Of("https://a.example"), Of("https://b.example"), Of("https://c.example"), Of("https://d.example"))
            .ShouldBe("  Subject Failed: the user is not among its subjects, who are users of https://a.example; or users of https://b.example; or users of https://c.example; or others");
        TraceOf(Of("https://a.example", ("rank", [.. Enumerable.Range(1, 9).Select(i => $"{i}")]))).ShouldEndWith("with rank 1 or 2 or 3 or 4 or 5 or others");
    }

    [Fact]
    public void What_holds_is_told_as_well()
    {
        Trace(Sample.About("rank=1") with { Source = IPAddress.Parse("192.0.2.1") }, s_strict with { Limits = s_strict.Limits with { MaxSessionAge = null, AcrValues = [] } }).ShouldBe(
        [
            "strict selected applies determining",
            "  Subject Held: the user is among its subjects",
            "  Condition Held: source network 192.0.2.0/24 holds",
            "  Condition Held: claim rank equals 1 holds",
            "  ChainDepth Held: at most 1 actors, here 1",
            "  Scopes Held: it gives read; label would need a stronger authentication",
            "  Authentication Held: the user's authentication may be of any kind and age",
            "  SessionAge Held: the session may be of any kind and age",
        ]);
    }

    [Fact]
    public void A_deny_tells_what_it_is_about_and_a_permit_what_remains()
    {
        Trace(Sample.Question, Sample.Permit("permit", "label", "read"), Sample.Deny("deny", "label")).ShouldBe(
        [
            "deny selected",
            "  Subject Held: the user is among its subjects",
            "  Scopes Failed: nothing was asked for by name: it takes label away, where it applies",
            "permit selected applies determining",
            "  Subject Held: the user is among its subjects",
            "  ChainDepth Held: at most 1 actors, here 1",
            "  Scopes Held: it gives read",
            "  Authentication Held: the user's authentication may be of any kind and age",
            "  SessionAge Held: the session may be of any kind and age",
        ]);
        Trace(Sample.Asking("label"), Sample.Permit("permit", "label"), Sample.Deny("deny", "label"))[..3].ShouldBe(["deny selected applies determining", "  Subject Held: the user is among its subjects", "  Scopes Held: it denies label"]);
    }

    [Fact]
    public void Where_no_permit_was_asked_the_near_ones_say_what_they_select()
    {
        Trace(
            Sample.Question,
            Sample.Permit("elsewhere", "read") with { Resource = Sample.Files },
            Sample.Permit("other-purpose", "read") with { Purpose = "inbox.archive" },
            Sample.Permit("other-agent", "read") with { Agents = ["summary-agent"] },
            Sample.Permit("far", "read") with { Agents = ["summary-agent"], Resource = Sample.Files }).ShouldBe(
        [
            "elsewhere",
            "  Purpose Held: it is under inbox.triage",
            "  Agent Held: it selects inbox-agent",
            "  Resource Failed: it is about https://files.example",
            "other-agent",
            "  Purpose Held: it is under inbox.triage",
            "  Agent Failed: it does not select inbox-agent",
            "  Resource Held: it is about https://mail.example",
            "other-purpose",
            "  Purpose Failed: it is under inbox.archive",
            "  Agent Held: it selects inbox-agent",
            "  Resource Held: it is about https://mail.example",
        ]);
    }

    private static List<string> Trace(PolicyQuestion question, params PolicyDefinition[] policies) =>
    [
        .. PolicyEvaluator.Explain(Sample.Set(policies), question).Policies.SelectMany(p => p.Checks.Select(c => $"  {c.Kind} {c.Outcome}: {c.Detail}").Prepend(
            $"{p.Policy}{(p.IsSelected ? " selected" : string.Empty)}{(p.Applies ? " applies" : string.Empty)}{(p.IsDetermining ? " determining" : string.Empty)}")),
    ];
}
