using System.Collections.Immutable;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.OpenIddict;

/// <summary>What our handlers keep with OpenIddict's transaction.</summary>
internal static class TransactionExtensions
{
    private static readonly string OutcomeKey = typeof(ExchangeOutcome).FullName!;

    public static void SetOutcome(this OpenIddictServerTransaction transaction, ExchangeOutcome outcome) => transaction.Properties[OutcomeKey] = outcome;

    public static ExchangeOutcome? Outcome(this OpenIddictServerTransaction transaction) => transaction.Properties.GetValueOrDefault(OutcomeKey) as ExchangeOutcome;

    public static HttpContext Http(this OpenIddictServerTransaction transaction) =>
        transaction.GetHttpRequest()?.HttpContext ?? throw new InvalidOperationException("OpenIddict runs without an HTTP request.");

    /// <summary>The parameters as they arrived, each with all its values; none when the request could not be read.</summary>
    public static ExchangeForm ToForm(this OpenIddictRequest? request) => new((request?.GetParameters() ?? ImmutableDictionary<string, OpenIddictParameter>.Empty).ToDictionary(
        p => p.Key,
        p => (IReadOnlyList<string>)[.. (((ImmutableArray<string?>?)p.Value)?.AsEnumerable() ?? [(string?)p.Value]).OfType<string>()],
        StringComparer.Ordinal));

    public static Caller Caller(this OpenIddictServerTransaction transaction, string clientId) => new(clientId, transaction.Http().Connection.RemoteIpAddress);
}
