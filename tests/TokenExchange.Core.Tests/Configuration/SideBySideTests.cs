using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class SideBySideTests
{
    private static readonly PolicyDefinition s_policy = new()
    {
        Name = "triage", Purpose = "inbox.triage", Agents = ["inbox-agent"], Subjects = [new SubjectDefinition { Issuer = "https://idp.example" }], Resource = "https://mail.example",
        Scopes = ["mail.read", "mail.label"],
        Limits = new LimitsDefinition { OnwardTo = [new OnwardDefinition { Agent = "summary-agent", Scopes = ["mail.read"] }, new OnwardDefinition { Agent = "archive-agent" }] },
    };

    [Fact]
    public void Every_member_stands_in_the_order_of_its_declaration() =>
        SideBySide.Of(s_policy, s_policy).Select(m => m.Member).ShouldBe(
        [
            "name", "purpose", "effect", "agents", "agentKinds", "agentTags", "subjects", "resource", "scopes", "limits.maxLifetime", "limits.maxDelegationAge", "limits.maxSessionAge", "limits.maxChainDepth",
            "limits.onwardTo", "limits.maxAuthAge", "limits.acrValues", "limits.perScope", "limits.approval", "limits.senderConstraint", "conditions",
        ]);

    [Fact]
    public void What_is_the_same_is_not_marked() => SideBySide.Of(s_policy, s_policy with { }).ShouldAllBe(m => !m.Changed && m.Before.Concat(m.After).All(v => !v.Changed));

    [Fact]
    public void What_differs_is_marked_entry_by_entry()
    {
        var after = s_policy with
        {
            Scopes = ["mail.read", "mail.send"],
            Limits = s_policy.Limits with
            {
                MaxLifetime = TimeSpan.FromMinutes(2), MaxAuthAge = TimeSpan.FromMinutes(10),
                OnwardTo = [new OnwardDefinition { Agent = "summary-agent", Scopes = ["mail.read", "mail.label"] }, s_policy.Limits.OnwardTo[1]],
            },
            Conditions = [new ConditionDefinition { TimeWindow = new TimeWindowDefinition { Days = ["Mon", "Fri"], From = "07:00", To = "19:00", Zone = "Europe/Berlin" } }],
        };

        Told(s_policy, after).ShouldBe(
        [
            "scopes: mail.read, *mail.label | mail.read, *mail.send",
            "limits.maxLifetime: *00:05:00 | *00:02:00",
            "limits.onwardTo: *agent: summary-agent, scopes: mail.read; agent: archive-agent | *agent: summary-agent, scopes: mail.read mail.label; agent: archive-agent",
            "limits.maxAuthAge:  | *00:10:00",
            "conditions:  | *timeWindow: (days: Mon Fri, from: 07:00, to: 19:00, zone: Europe/Berlin)",
        ]);
    }

    [Fact]
    public void A_list_in_another_order_is_marked_as_a_whole() =>
        Told(s_policy, s_policy with { Scopes = ["mail.label", "mail.read"] }).ShouldBe(["scopes: *mail.read, *mail.label | *mail.label, *mail.read"]);

    [Fact]
    public void What_stands_more_often_on_one_side_is_marked_there_as_often() =>
        Told(s_policy with { Scopes = ["a", "a", "b", "a"] }, s_policy with { Scopes = ["c", "a", "b", "b"] }).ShouldBe(["scopes: a, *a, b, *a | *c, a, b, *b"]);

    [Fact]
    public void Of_one_that_is_new_or_gone_what_is_not_the_default_is_marked()
    {
        var purpose = new PurposeDefinition { Purpose = "mail.digest", Title = "Sum up", Description = "Reads" };

        Told(null, purpose).ShouldBe(["purpose:  | *mail.digest", "title:  | *Sum up", "description:  | *Reads"]);
        Told(purpose, null).ShouldBe(["purpose: *mail.digest | ", "title: *Sum up | ", "description: *Reads | "]);
        SideBySide.Of(null, purpose).Single(m => m.Member == "state").After.ShouldBe([new ComparedValue("active", false)]);
        SideBySide.Of<PurposeDefinition>(null, null).ShouldAllBe(m => !m.Changed && m.Before.Count + m.After.Count == 0);
    }

    [Fact]
    public void The_hash_of_a_secret_never_shows()
    {
        var client = new ClientDefinition { ClientId = "a", SecretSha256 = "one", PreviousSecretSha256 = "before" };

        Told(client, client with { SecretSha256 = "two", PreviousSecretSha256 = null }).ShouldBe(["secretSha256: *… | *…", "previousSecretSha256: *… | "]);
    }

    [Fact]
    public void A_text_that_would_draw_lines_is_spelled_out() =>
        Told(s_policy, s_policy with { Limits = s_policy.Limits with { PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["a\nb"] = new() { AcrValues = ["\u202e"] } } } })
            .ShouldBe(["limits.perScope:  | *\"a\\nb\": acrValues: \"\\u202E\""]);

    /// <summary>The rows that differ are those of which <see cref="ConfigurationDifference"/> says so.</summary>
    [Fact]
    public void It_says_the_same_as_the_list_of_changes()
    {
        var after = s_policy with
        {
            Purpose = "other", Effect = "deny", Agents = [], AgentTags = ["x"], Subjects = [s_policy.Subjects[0], new SubjectDefinition { Issuer = "b" }], Scopes = ["mail.label", "mail.read"],
            Limits = s_policy.Limits with { MaxChainDepth = 3, OnwardTo = [], MaxSessionAge = TimeSpan.FromDays(2) }, Conditions = [new ConditionDefinition { SourceNetwork = ["10.0.0.0/8"] }],
        };
        var rows = SideBySide.Of(s_policy, after);

        var changes = ConfigurationDifference.Between(new ExchangeConfiguration { Policies = [s_policy] }, new ExchangeConfiguration { Policies = [after] }).SelectMany(c => c.Members).ToList();

        rows.Where(m => m.Changed).Select(m => m.Member).ShouldBe(
            changes.Select(c => rows.Single(m => c.Path == m.Member || c.Path.StartsWith(m.Member + ".", StringComparison.Ordinal) || c.Path.StartsWith(m.Member + "[", StringComparison.Ordinal)).Member).Distinct(StringComparer.Ordinal), ignoreOrder: true);
        rows.Count(m => m.Changed).ShouldBe(10);
    }

    private static IEnumerable<string> Told<T>(T? before, T? after)
        where T : class, new() =>
        SideBySide.Of(before, after).Where(m => m.Changed).Select(m => $"{m.Member}: {Side(m.Before)} | {Side(m.After)}");

    private static string Side(IReadOnlyList<ComparedValue> values) => string.Join(values.Any(v => v.Text.Contains(": ", StringComparison.Ordinal)) ? "; " : ", ", values.Select(v => (v.Changed ? "*" : "") + v.Text));
}
