using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Tests.Policies;

/// <summary>
/// The world most tests speak of: Alice of sales has lent her session to the inbox agent, which wants to sort her mail on Monday, 1 June 2026
/// at ten in the morning in Berlin. Tests name only what differs.
/// </summary>
internal static class Sample
{
    public const string Idp = "https://idp.example";
    public const string Mail = "https://mail.example";
    public const string Files = "https://files.example";
    public const long SetVersion = 7;

    public static DateTimeOffset MondayAtTen { get; } = new(2026, 6, 1, 10, 0, 0, TimeSpan.FromHours(2));

    public static IReadOnlyList<PurposeDefinition> Purposes { get; } =
    [
        new() { Purpose = "inbox.triage", Title = "Sort my inbox" },
        new() { Purpose = "inbox.archive", Title = "Archive my mail" },
        new() { Purpose = "inbox.forward", Title = "Forward my mail", State = "retired" },
    ];

    public static AgentFacts InboxAgent { get; } = new("inbox-agent", ClientKind.AiAgent, ["internal"]);

    public static SubjectFacts Alice { get; } = new(
        Idp,
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"], ["groups"] = ["staff", "managers"], ["cost_center"] = [] },
        new UserAuthentication(MondayAtTen.AddMinutes(-10), "silver", ["pwd"]));

    public static PolicyQuestion Question { get; } = new()
    {
        Now = MondayAtTen, Agent = InboxAgent, Subject = Alice, Resource = ResourceIndicator.Parse(Mail), Purpose = "inbox.triage", ChainDepth = 1,
    };

    public static PolicyDefinition Permit(string name, params string[] scopes) => new()
    {
        Name = name, Purpose = "inbox.triage", Agents = ["inbox-agent"], Subjects = [new() { Issuer = Idp }], Resource = Mail, Scopes = scopes,
    };

    public static PolicyDefinition Deny(string name, params string[] scopes) => Permit(name, scopes) with { Effect = "deny" };

    public static PolicySet Set(params PolicyDefinition[] policies) => new(SetVersion, Purposes, policies);

    public static PolicyQuestion Asking(params string[] scopes) => Question with { RequestedScopes = ScopeSet.Of(scopes) };

    /// <summary>Alice, with these claims more or other, "name=value,value"; a name without "=" is unknown, one without values is known to be absent.</summary>
    public static PolicyQuestion About(params string[] claims)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>(Alice.Claims, StringComparer.Ordinal);
        foreach (var parts in claims.Select(c => c.Split('=', 2)))
        {
            all.Remove(parts[0]);
            if (parts.Length == 2)
            {
                all[parts[0]] = parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return Question with { Subject = Alice with { Claims = all } };
    }

    public static Decision Decide(PolicyQuestion question, params PolicyDefinition[] policies) => PolicyEvaluator.Decide(Set(policies), question);

    public static Decision.Permit ShouldPermit(this Decision decision, string by, params string[] scopes)
    {
        var permit = decision.ShouldBeOfType<Decision.Permit>(DecisionWords.Of(decision));
        permit.Policy.Name.ShouldBe(by);
        permit.Granted.ShouldBe(ScopeSet.Of(scopes));
        return permit;
    }

    public static Decision.Deny ShouldDeny(this Decision decision, DenyReason reason)
    {
        var deny = decision.ShouldBeOfType<Decision.Deny>(DecisionWords.Of(decision));
        deny.Reason.ShouldBe(reason);
        return deny;
    }
}
