using System.Collections;
using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Policies;

/// <summary>One limit of a policy, as it is explained where it is edited.</summary>
/// <param name="Member">The member of <see cref="LimitsDefinition"/>, as it is written.</param>
/// <param name="Label">A few words.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Unit">What its value is; null when that goes without saying.</param>
/// <param name="Range">What it can be; null when the meaning says all there is.</param>
/// <param name="Default">What holds where it is left empty.</param>
public sealed record LimitHelp(string Member, string Label, string Meaning, string? Unit, string? Range, string Default)
{
    private const string Duration = "hh:mm:ss, with days in front from one day on";

    private static readonly LimitsDefinition Usual = new();

    /// <summary>All limits, in the order in which they are declared.</summary>
    public static IReadOnlyList<LimitHelp> All { get; } =
    [
        Of(l => l.MaxLifetime, "Token lifetime", "The longest that one token lives; the agent can ask for the next one as long as the delegation goes on.", Duration, Between(LimitsValidator.Shortest, LimitsValidator.LongestLifetime)),
        Of(l => l.MaxDelegationAge, "Delegation", "Counted from the first exchange; after it the user must sign in again before the agent gets another token.", Duration, Between(LimitsValidator.Shortest, LimitsValidator.LongestDelegation)),
        Of(l => l.MaxSessionAge, "Session age", "Counted from the user's sign-in; nothing is issued for a session that is older, and nothing lives beyond it.", Duration, AtLeast(LimitsValidator.Shortest)),
        Of(l => l.MaxChainDepth, "Chain depth", "How many actors can stand in a row, the first agent included; 1 means that it cannot hand on.", "actors", $"1 to {ActChain.MaxDepth}"),
        Of(l => l.OnwardTo, "Handing on", "The agents that may be handed what this one was lent, where, and with which scopes at most.", null, $"at most {MayAct.MaxParties} receivers"),
        Of(l => l.MaxAuthAge, "Sign-in age", "How fresh the user's sign-in must be; when it is older, the agent is told to have the user sign in again.", Duration, AtLeast(LimitsValidator.Shortest)),
        Of(l => l.AcrValues, "Sign-in strength", "The user must have signed in in one of these ways, by the acr that the identity provider reports; empty accepts any.", "acr values", "printable ASCII without space"),
        Of(l => l.PerScope, "Stricter for single scopes", "Freshness and strength of the sign-in for one scope, beyond what holds for all.", null, "scopes of this policy"),
        Of(l => l.Approval, "Approval", "Whether somebody must approve first; not available yet.", null, "none"),
        Of(l => l.SenderConstraint, "Bound to a key", "Whether tokens can be used only together with a key of the agent; not available yet.", null, "none"),
    ];

    /// <summary>The help for a member of the limits.</summary>
    /// <exception cref="KeyNotFoundException">There is no such limit.</exception>
    public static LimitHelp For(string member) => All.FirstOrDefault(h => string.Equals(h.Member, member, StringComparison.Ordinal)) ?? throw new KeyNotFoundException($"There is no limit '{member}'.");

    private static LimitHelp Of<T>(Expression<Func<LimitsDefinition, T>> member, string label, string meaning, string? unit, string? range) =>
        new(JsonNamingPolicy.CamelCase.ConvertName(((MemberExpression)member.Body).Member.Name), label, meaning, unit, range, Words(member.Compile()(Usual)));

    private static string Words(object? value) => value switch
    {
        null => "no limit",
        TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture),
        string text => text,
        IEnumerable => "none",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Between(TimeSpan least, TimeSpan most) => string.Create(CultureInfo.InvariantCulture, $"{least:c} to {most:c}");

    private static string AtLeast(TimeSpan least) => string.Create(CultureInfo.InvariantCulture, $"{least:c} or more, or empty");
}
