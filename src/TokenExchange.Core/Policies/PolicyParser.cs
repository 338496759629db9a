using System.Globalization;
using System.Net;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>Turns a written policy into a <see cref="Policy"/>. Written policies are validated before they are stored, so a failure here is a bug.</summary>
public static class PolicyParser
{
    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    /// <summary>Parses one policy.</summary>
    /// <exception cref="FormatException">A member is malformed.</exception>
    public static Policy Parse(PolicyDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new Policy
        {
            Name = definition.Name,
            Purpose = definition.Purpose,
            Effect = definition.Effect switch
            {
                "permit" => PolicyEffect.Permit,
                "deny" => PolicyEffect.Deny,
                _ => throw new FormatException($"'{definition.Effect}' is not an effect."),
            },
            Agents = definition.Agents.ToHashSet(StringComparer.Ordinal),
            AgentKinds = definition.AgentKinds.ToHashSet(StringComparer.Ordinal),
            AgentTags = definition.AgentTags.ToHashSet(StringComparer.Ordinal),
            Subjects = [.. definition.Subjects.Select(s => new SubjectSelector(
                s.Issuer,
                s.Claims.ToDictionary(c => c.Key, c => (IReadOnlySet<string>)c.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal)))],
            Resource = ResourceIndicator.Parse(definition.Resource),
            Scopes = Scopes(definition.Scopes),
            Limits = Parse(definition.Limits),
            Conditions = [.. definition.Conditions.Select(Parse)],
        };
    }

    /// <summary>Parses <c>Mon</c> to <c>Sun</c>.</summary>
    public static bool TryParseDay(string text, out DayOfWeek day)
    {
        var index = Array.IndexOf(DayNames, text);
        day = (DayOfWeek)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Parses <c>HH:mm</c>.</summary>
    public static bool TryParseTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static ScopeSet Scopes(IEnumerable<string> scopes) =>
        ScopeSet.TryCreate(scopes, out var set) ? set : throw new FormatException("Not a scope token (RFC 6749 §3.3).");

    private static PolicyLimits Parse(LimitsDefinition limits) => new()
    {
        MaxLifetime = limits.MaxLifetime,
        MaxDelegationAge = limits.MaxDelegationAge,
        MaxSessionAge = limits.MaxSessionAge,
        MaxChainDepth = limits.MaxChainDepth,
        OnwardTo = [.. limits.OnwardTo.Select(o => new Onward(
            o.Agent,
            o.Resource is null ? null : ResourceIndicator.Parse(o.Resource),
            o.Scopes.Count == 0 ? null : Scopes(o.Scopes)))],
        Authentication = new AuthenticationRequirement(limits.MaxAuthAge, limits.AcrValues),
        PerScope = limits.PerScope.ToDictionary(p => p.Key, p => new AuthenticationRequirement(p.Value.MaxAuthAge, p.Value.AcrValues), StringComparer.Ordinal),
    };

    private static Condition Parse(ConditionDefinition condition) => condition switch
    {
        { TimeWindow: { } window, SourceNetwork: null, ClaimEquals: null, ClaimContains: null } => new Condition.TimeWindow(
            window.Days.Select(d => TryParseDay(d, out var day) ? day : throw new FormatException($"'{d}' is not a day.")).ToHashSet(),
            TryParseTime(window.From, out var from) ? from : throw new FormatException($"'{window.From}' is not a time of day."),
            TryParseTime(window.To, out var to) ? to : throw new FormatException($"'{window.To}' is not a time of day."),
            TimeZoneInfo.TryFindSystemTimeZoneById(window.Zone, out var zone) ? zone : throw new FormatException($"'{window.Zone}' is not a time zone.")),
        { TimeWindow: null, SourceNetwork: { } networks, ClaimEquals: null, ClaimContains: null } => new Condition.SourceNetwork([.. networks.Select(Network)]),
        { TimeWindow: null, SourceNetwork: null, ClaimEquals: { } equals, ClaimContains: null } => new Condition.ClaimEquals(equals.Claim, equals.Value),
        { TimeWindow: null, SourceNetwork: null, ClaimEquals: null, ClaimContains: { } contains } => new Condition.ClaimContains(contains.Claim, contains.Value),
        _ => throw new FormatException("A condition has not exactly one member."),
    };

    // An address mapped into IPv6 counts as IPv4, so a network of such addresses does too; left as IPv6 it would contain nothing.
    private static IPNetwork Network(string text)
    {
        var network = IPNetwork.Parse(text);
        return network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
            : network;
    }
}
