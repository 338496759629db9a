using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using static TokenExchange.Core.Tests.Policies.Sample;

namespace TokenExchange.Core.Tests.Policies;

public class PolicyParserTests
{
    private static readonly Dictionary<string, PolicyDefinition> Malformed = new(StringComparer.Ordinal)
    {
        ["an effect that is none"] = Permit("p", "mail.read") with { Effect = "allow" },
        ["an effect in capitals"] = Permit("p", "mail.read") with { Effect = "Permit" },
        ["a resource that is no URI"] = Permit("p", "mail.read") with { Resource = "mail" },
        ["a scope with a space"] = Permit("p", "mail.read mail.send"),
        ["an onward resource that is no URI"] = Permit("p", "mail.read") with { Limits = new() { OnwardTo = [new() { Agent = "a", Resource = "files" }] } },
        ["an onward scope with a space"] = Permit("p", "mail.read") with { Limits = new() { OnwardTo = [new() { Agent = "a", Scopes = ["a b"] }] } },
        ["a condition without a member"] = When(new()),
        ["a condition with two members"] = When(new() { SourceNetwork = ["192.0.2.0/24"], ClaimEquals = new() { Claim = "department", Value = "sales" } }),
        ["a condition with two claims"] = When(new() { ClaimEquals = new() { Claim = "a", Value = "b" }, ClaimContains = new() { Claim = "a", Value = "b" } }),
        ["a day that is none"] = When(Window(days: "Montag")),
        ["a day in full"] = When(Window(days: "Monday")),
        ["a day in lower case"] = When(Window(days: "mon")),
        ["an hour without minutes"] = When(Window(from: "7")),
        ["an hour of one digit"] = When(Window(from: "7:00")),
        ["an hour past midnight"] = When(Window(to: "24:00")),
        ["a time with seconds"] = When(Window(to: "19:00:00")),
        ["a zone that is none"] = When(Window(zone: "Europe/Nowhere")),
        ["no zone"] = When(Window(zone: string.Empty)),
        ["a zone that is a path"] = When(Window(zone: "../../../etc/passwd")),
        ["a network without a length"] = When(new() { SourceNetwork = ["192.0.2.0"] }),
        ["a network that is too long"] = When(new() { SourceNetwork = ["192.0.2.0/33"] }),
        ["a network that is a name"] = When(new() { SourceNetwork = ["localhost/8"] }),
    };

    public static TheoryData<string> WhatIsMalformed => [.. Malformed.Keys];

    [Fact]
    public void Every_member_arrives_in_the_policy()
    {
        var policy = PolicyParser.Parse(new PolicyDefinition
        {
            Name = "triage",
            Purpose = "inbox.triage",
            Effect = "deny",
            Agents = ["inbox-agent", "inbox-agent"],
            AgentKinds = ["service"],
            AgentTags = ["internal"],
            Subjects = [new() { Issuer = Idp, Claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales", "support"] } }],
            Resource = Mail,
            Scopes = ["mail.read", "mail.label"],
            Limits = new()
            {
                MaxLifetime = TimeSpan.FromMinutes(1),
                MaxDelegationAge = TimeSpan.FromHours(1),
                MaxSessionAge = TimeSpan.FromHours(2),
                MaxChainDepth = 3,
                OnwardTo = [new() { Agent = "summary" }, new() { Agent = "archive", Resource = Files, Scopes = ["files.write"] }],
                MaxAuthAge = TimeSpan.FromHours(3),
                AcrValues = ["gold"],
                PerScope = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal) { ["mail.label"] = new() { MaxAuthAge = TimeSpan.FromMinutes(5), AcrValues = ["platinum"] } },
            },
        });

        policy.Name.ShouldBe("triage");
        policy.Purpose.ShouldBe("inbox.triage");
        policy.Effect.ShouldBe(PolicyEffect.Deny);
        policy.Agents.ShouldBe(["inbox-agent"]);
        policy.AgentKinds.ShouldBe(["service"]);
        policy.AgentTags.ShouldBe(["internal"]);
        var subject = policy.Subjects.ShouldHaveSingleItem();
        subject.Issuer.ShouldBe(Idp);
        subject.Claims.ShouldHaveSingleItem().Value.ShouldBe(["sales", "support"], ignoreOrder: true);
        policy.Resource.ShouldBe(ResourceIndicator.Parse(Mail));
        policy.Scopes.ShouldBe(ScopeSet.Of("mail.label", "mail.read"));
        policy.Conditions.ShouldBeEmpty();
        policy.Limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(1));
        policy.Limits.MaxDelegationAge.ShouldBe(TimeSpan.FromHours(1));
        policy.Limits.MaxSessionAge.ShouldBe(TimeSpan.FromHours(2));
        policy.Limits.MaxChainDepth.ShouldBe(3);
        policy.Limits.OnwardTo.ShouldBe([new Onward("summary", null, null), new Onward("archive", ResourceIndicator.Parse(Files), ScopeSet.Of("files.write"))]);
        policy.Limits.Authentication.MaxAge.ShouldBe(TimeSpan.FromHours(3));
        policy.Limits.Authentication.AcrValues.ShouldBe(["gold"]);
        policy.Limits.PerScope["mail.label"].MaxAge.ShouldBe(TimeSpan.FromMinutes(5));
        policy.Limits.PerScope["mail.label"].AcrValues.ShouldBe(["platinum"]);
    }

    [Fact]
    public void What_is_not_written_has_its_documented_default()
    {
        var limits = PolicyParser.Parse(Permit("reader", "mail.read")).Limits;

        limits.MaxLifetime.ShouldBe(TimeSpan.FromMinutes(5));
        limits.MaxDelegationAge.ShouldBe(TimeSpan.FromHours(8));
        limits.MaxSessionAge.ShouldBeNull();
        limits.MaxChainDepth.ShouldBe(1);
        limits.OnwardTo.ShouldBeEmpty();
        limits.Authentication.MaxAge.ShouldBeNull();
        limits.Authentication.AcrValues.ShouldBeEmpty();
        limits.PerScope.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(WhatIsMalformed))]
    public void What_is_malformed_is_refused_when_it_is_parsed(string what) => Should.Throw<FormatException>(() => PolicyParser.Parse(Malformed[what]));

    [Theory]
    [InlineData("Mon", DayOfWeek.Monday)]
    [InlineData("Tue", DayOfWeek.Tuesday)]
    [InlineData("Wed", DayOfWeek.Wednesday)]
    [InlineData("Thu", DayOfWeek.Thursday)]
    [InlineData("Fri", DayOfWeek.Friday)]
    [InlineData("Sat", DayOfWeek.Saturday)]
    [InlineData("Sun", DayOfWeek.Sunday)]
    public void Days_are_written_in_three_letters(string text, DayOfWeek expected)
    {
        PolicyParser.TryParseDay(text, out var day).ShouldBeTrue();
        day.ShouldBe(expected);
    }

    [Theory]
    [InlineData("00:00", 0)]
    [InlineData("07:05", 425)]
    [InlineData("23:59", 1439)]
    public void Times_are_written_in_hours_and_minutes(string text, int minutes)
    {
        PolicyParser.TryParseTime(text, out var time).ShouldBeTrue();
        time.ShouldBe(TimeOnly.MinValue.AddMinutes(minutes));
    }

    private static PolicyDefinition When(ConditionDefinition condition) => Permit("p", "mail.read") with { Conditions = [condition] };

    private static ConditionDefinition Window(string days = "Mon", string from = "07:00", string to = "19:00", string zone = "Europe/Berlin") =>
        new() { TimeWindow = new() { Days = [days], From = from, To = to, Zone = zone } };
}
