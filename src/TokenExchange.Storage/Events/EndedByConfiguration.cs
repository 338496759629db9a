using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Events;

/// <summary>What a change of the configuration ends: agents, issuers, resources and purposes that were good and are not any more.</summary>
internal static class EndedByConfiguration
{
    /// <summary>Compares, at one instant; every section of both must be there.</summary>
    public static IReadOnlyList<Root> Between(ExchangeConfiguration before, ExchangeConfiguration after, DateTimeOffset now) =>
    [
        .. Lost(RootKind.Agent, Agents(before, now), Agents(after, now)),
        .. Lost(RootKind.Issuer, Issuers(before), Issuers(after)),
        .. Lost(RootKind.Resource, Resources(before), Resources(after)),
        .. Lost(RootKind.Purpose, Purposes(before), Purposes(after)),
    ];

    private static IEnumerable<Root> Lost(RootKind kind, IEnumerable<string> before, IEnumerable<string> after) =>
        before.Except(after, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(id => new Root(kind, id));

    private static IEnumerable<string> Agents(ExchangeConfiguration configuration, DateTimeOffset now) =>
        configuration.Clients!.Where(c => c.IsUsable(now) && ClientKind.IsAgent(c.Kind)).Select(c => c.ClientId);

    private static IEnumerable<string> Issuers(ExchangeConfiguration configuration) => configuration.Issuers!.Where(i => i.Enabled).Select(i => i.Issuer);

    private static IEnumerable<string> Resources(ExchangeConfiguration configuration) =>
        configuration.Resources!.Where(r => r.Enabled).Select(r => ResourceIndicator.Parse(r.Resource).Key);

    private static IEnumerable<string> Purposes(ExchangeConfiguration configuration) =>
        configuration.Purposes!.Where(p => string.Equals(p.State, "active", StringComparison.Ordinal)).Select(p => p.Purpose);
}
