using TokenExchange.Core.Configuration;

namespace TokenExchange.Core.Tests.Configuration;

public class ConfigurationDifferenceTests
{
    private static readonly ExchangeConfiguration s_before = new()
    {
        Issuers = [new() { Issuer = "https://idp.example" }, new() { Issuer = "https://old.example" }],
        Resources = [new() { Resource = "https://mail.example", Name = "Mail" }],
        Clients = [new() { ClientId = "inbox-agent", Name = "Inbox" }, new() { ClientId = "mail-api", Name = "Mail API" }],
        Purposes = [new() { Purpose = "inbox.triage", Title = "Sort" }],
        Policies = [new() { Name = "triage", Scopes = ["mail.read"] }],
    };

    private static readonly PolicyDefinition s_policy = new()
    {
        Name = "triage",
        Purpose = "inbox.triage",
        Subjects = [new() { Issuer = "https://idp.example", Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["my.claim"] = ["x"] } }],
        Scopes = ["mail.read", "mail.label"],
        Limits = new LimitsDefinition { AcrValues = ["phr"], OnwardTo = [new() { Agent = "b" }] },
        Conditions = [new() { TimeWindow = new() { Days = ["Mon"], From = "07:00", To = "19:00", Zone = "Europe/Berlin" } }],
    };

    [Fact]
    public void Nothing_changes_what_is_the_same() => ConfigurationDifference.Between(s_before, s_before with { Issuers = [.. s_before.Issuers!.Reverse()] }).ShouldBeEmpty();

    [Fact]
    public void What_is_added_changed_and_removed_is_told_by_kind_and_then_by_name()
    {
        var after = new ExchangeConfiguration
        {
            Issuers = [new() { Issuer = "https://new.example" }, new() { Issuer = "https://idp.example", SingleUse = true }],
            Resources = [new() { Resource = "https://mail.example", Name = "Post" }, new() { Resource = "https://files.example" }],
            Clients = [new() { ClientId = "mail-api", Name = "Mail API" }, new() { ClientId = "a-agent" }],
            Purposes = [],
            Policies = [new() { Name = "triage", Scopes = ["mail.read", "mail.label"] }],
        };

        ConfigurationDifference.Between(s_before, after).Select(c => c.Headline).ShouldBe(
        [
            "~ issuer https://idp.example", "+ issuer https://new.example", "- issuer https://old.example",
            "+ resource https://files.example", "~ resource https://mail.example",
            "+ client a-agent", "- client inbox-agent",
            "- purpose inbox.triage",
            "~ policy triage",
        ]);
    }

    [Fact]
    public void A_section_that_is_absent_is_left_as_it_is() =>
        ConfigurationDifference.Between(s_before, new ExchangeConfiguration { Purposes = [] }).Select(c => c.Headline).ShouldBe(["- purpose inbox.triage"]);

    [Fact]
    public void From_nothing_everything_is_new() =>
        ConfigurationDifference.Between(new ExchangeConfiguration(), s_before with { Issuers = null, Clients = null }).Select(c => c.Headline).ShouldBe(["+ resource https://mail.example", "+ purpose inbox.triage", "+ policy triage"]);

    [Fact]
    public void A_change_is_told_member_by_member() => Lines(p => p with
    {
        Purpose = "inbox.sort",
        Scopes = ["mail.label", "mail.send"],
        Limits = p.Limits with { MaxLifetime = TimeSpan.FromMinutes(2), MaxSessionAge = TimeSpan.FromHours(1), AcrValues = [] },
    }).ShouldBe(
    [
        "~ policy triage",
        "    purpose: inbox.triage -> inbox.sort",
        "    scopes: + mail.send - mail.read",
        "    limits.maxLifetime: 00:05:00 -> 00:02:00",
        "    limits.maxSessionAge: none -> 01:00:00",
        "    limits.acrValues: - phr",
    ]);

    [Fact]
    public void Another_order_of_a_list_is_told_with_both() => Lines(p => p with { Scopes = ["mail.label", "mail.read"] }).ShouldBe(["~ policy triage", "    scopes: mail.read, mail.label -> mail.label, mail.read"]);

    [Fact]
    public void An_entry_that_was_edited_is_told_by_its_members() => Lines(p => p with
    {
        Conditions = [p.Conditions[0] with { TimeWindow = p.Conditions[0].TimeWindow! with { To = "18:00" } }],
    }).ShouldBe(["~ policy triage", "    conditions[0].timeWindow.to: 19:00 -> 18:00"]);

    [Fact]
    public void Entries_that_came_or_went_are_told_whole_and_those_that_only_moved_are_not() => Lines(p => p with
    {
        Limits = p.Limits with { OnwardTo = [new() { Agent = "c" }, p.Limits.OnwardTo[0]] },
        Subjects = [],
    }).ShouldBe(
    [
        "~ policy triage",
        """    subjects[0]: - {"issuer":"https://idp.example","claims":{"my.claim":["x"]}}""",
        """    limits.onwardTo[0]: + {"agent":"c","scopes":[]}""",
    ]);

    [Fact]
    public void Names_that_people_chose_stand_in_brackets_in_a_path() => Lines(p => p with
    {
        Subjects = [p.Subjects[0] with { Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["my.claim"] = ["x", "y"], ["org"] = ["z"] } }],
    }).ShouldBe(["~ policy triage", """    subjects[0].claims["my.claim"]: + y""", "    subjects[0].claims.org: + z"]);

    [Fact]
    public void The_order_of_names_that_people_chose_is_no_difference()
    {
        var one = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["a"] = ["x"], ["b"] = ["y"] };
        var other = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["b"] = ["y"], ["a"] = ["x"] };

        ConfigurationDifference.Between(Of(s_policy with { Subjects = [new() { Claims = one }] }), Of(s_policy with { Subjects = [new() { Claims = other }] })).ShouldBeEmpty();
    }

    [Fact]
    public void An_addition_is_told_by_what_is_not_the_default() => ConfigurationDifference.Between(new ExchangeConfiguration(), Of(s_policy)).Single().Lines.ShouldBe(
    [
        "+ policy triage",
        "    purpose: inbox.triage",
        "    subjects[0].issuer: https://idp.example",
        """    subjects[0].claims["my.claim"]: x""",
        "    scopes: mail.read, mail.label",
        "    limits.onwardTo[0].agent: b",
        "    limits.acrValues: phr",
        "    conditions[0].timeWindow.days: Mon",
        "    conditions[0].timeWindow.from: 07:00",
        "    conditions[0].timeWindow.to: 19:00",
        "    conditions[0].timeWindow.zone: Europe/Berlin",
    ]);

    [Fact]
    public void The_hash_of_a_secret_is_never_shown()
    {
        var client = new ClientDefinition { ClientId = "a", SecretSha256 = "one" };
        var changes = ConfigurationDifference.Between(new ExchangeConfiguration { Clients = [client] }, new ExchangeConfiguration { Clients = [client with { SecretSha256 = "two" }, client with { ClientId = "b" }] });

        changes.SelectMany(c => c.Lines).ShouldBe(["~ client a", "    secretSha256: changed", "+ client b", "    secretSha256: …"]);
        System.Text.Json.JsonSerializer.Serialize(changes, ConfigurationJson.Compact).ShouldBe(
            """[{"change":"changed","kind":"client","name":"a","members":[{"path":"secretSha256","from":"…","to":"…"}]},{"change":"added","kind":"client","name":"b","members":[{"path":"secretSha256","to":"…"}]}]""");
    }

    [Fact]
    public void Neither_does_the_hash_of_the_secret_before_show()
    {
        var client = new ClientDefinition { ClientId = "a", SecretSha256 = "one" };
        var both = client with { PreviousSecretSha256 = "before", PreviousSecretExpires = new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero) };

        Lines(client, both).ShouldBe(["~ client a", "    previousSecretSha256: none -> …", "    previousSecretExpires: none -> 2027-01-31T00:00:00+00:00"]);
        Lines(both, both with { PreviousSecretSha256 = "other" }).ShouldBe(["~ client a", "    previousSecretSha256: changed"]);

        static IEnumerable<string> Lines(ClientDefinition before, ClientDefinition after) =>
            ConfigurationDifference.Between(new ExchangeConfiguration { Clients = [before] }, new ExchangeConfiguration { Clients = [after] }).SelectMany(c => c.Lines);
    }

    [Fact]
    public void A_text_that_would_draw_lines_or_colours_is_spelled_out() => Lines(p => p with { Name = "triage", Purpose = "a\n- policy x\u001b[31m\u202e" })
        .ShouldBe(["~ policy triage", "    purpose: inbox.triage -> \"a\\n- policy x\\u001B[31m\\u202E\""]);

    [Fact]
    public void Two_of_one_name_are_held_against_each_other_in_their_order()
    {
        var before = new ExchangeConfiguration { Policies = [s_policy, s_policy with { Resource = "b" }] };

        ConfigurationDifference.Between(before, before).ShouldBeEmpty();
        ConfigurationDifference.Between(before, Of(s_policy)).Select(c => c.Headline).ShouldBe(["- policy triage"]);
    }

    private static ExchangeConfiguration Of(PolicyDefinition policy) => new() { Policies = [policy] };

    private static IEnumerable<string> Lines(Func<PolicyDefinition, PolicyDefinition> change) => ConfigurationDifference.Between(Of(s_policy), Of(change(s_policy))).SelectMany(c => c.Lines);
}
