using System.Collections.Immutable;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>What our handlers keep with OpenIddict's transaction.</summary>
internal static class TransactionExtensions
{
    private const string OutcomeKey = "TokenExchange.Outcome";
    private const string OnRecordKey = "TokenExchange.OnRecord";
    private const string ClaimedKey = "TokenExchange.ClaimedClient";
    private const string ClientKey = "TokenExchange.Client";
    private const string KeysKey = "TokenExchange.Keys";

    public static void SetOutcome(this OpenIddictServerTransaction transaction, ExchangeOutcome outcome) => transaction.Properties[OutcomeKey] = outcome;

    public static ExchangeOutcome? Outcome(this OpenIddictServerTransaction transaction) => transaction.Properties.GetValueOrDefault(OutcomeKey) as ExchangeOutcome;

    /// <summary>The outcome is on record already.</summary>
    public static void SetOnRecord(this OpenIddictServerTransaction transaction) => transaction.Properties[OnRecordKey] = true;

    public static bool IsOnRecord(this OpenIddictServerTransaction transaction) => transaction.Properties.ContainsKey(OnRecordKey);

    /// <summary>The client the request claims to come from, for the record of a failure.</summary>
    public static void SetClaimedClient(this OpenIddictServerTransaction transaction, string? clientId) => transaction.Properties[ClaimedKey] = clientId;

    public static string? ClaimedClient(this OpenIddictServerTransaction transaction) => transaction.Properties.GetValueOrDefault(ClaimedKey) as string;

    /// <summary>The client has proven who it is.</summary>
    public static void SetClient(this OpenIddictServerTransaction transaction, string clientId) => transaction.Properties[ClientKey] = clientId;

    /// <summary>Who calls. Throws when nobody has proven anything: then a handler of ours did not run, and nothing may be answered.</summary>
    public static Caller Caller(this OpenIddictServerTransaction transaction) => transaction.Properties.GetValueOrDefault(ClientKey) is string clientId
        ? new Caller(clientId, transaction.Http().Connection.RemoteIpAddress)
        : throw new InvalidOperationException("A request was about to be answered whose client was not authenticated.");

    /// <summary>The signing keys as they were before anything about the request was judged.</summary>
    public static void SetKeys(this OpenIddictServerTransaction transaction, SigningKeySet keys) => transaction.Properties[KeysKey] = keys;

    /// <summary>The same. Throws when none were set: then a handler of ours did not run, and nothing may be signed.</summary>
    public static SigningKeySet Keys(this OpenIddictServerTransaction transaction) =>
        transaction.Properties.GetValueOrDefault(KeysKey) as SigningKeySet ?? throw new InvalidOperationException("A token was about to be signed for a request that was not judged.");

    /// <summary>Refuses, with the reason kept for the answer.</summary>
    public static void Refuse(this BaseValidatingContext context, Refusal refusal)
    {
        context.Transaction.SetOutcome(new ExchangeOutcome.Refused(refusal));
        context.Reject(RefusalWire.For(refusal.Reason).Error);
    }

    public static HttpContext Http(this OpenIddictServerTransaction transaction) =>
        transaction.GetHttpRequest()?.HttpContext ?? throw new InvalidOperationException("OpenIddict runs without an HTTP request.");

    /// <summary>The parameters as they arrived, each with all its values; none when the request could not be read.</summary>
    public static ExchangeForm ToForm(this OpenIddictRequest? request) => new((request?.GetParameters() ?? ImmutableDictionary<string, OpenIddictParameter>.Empty).ToDictionary(
        p => p.Key,
        p => (IReadOnlyList<string>)[.. (((ImmutableArray<string?>?)p.Value)?.AsEnumerable() ?? [(string?)p.Value]).OfType<string>()],
        StringComparer.Ordinal));
}
