using Microsoft.Extensions.Logging;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Client;

/// <summary>Everything this package logs, under the category <c>TokenExchange.Client</c>. No message has a place for a token or a secret.</summary>
internal static partial class Log
{
    public const string Category = "TokenExchange.Client";

    [LoggerMessage(1, LogLevel.Debug, "Exchanged for {Resource} under the purpose {Purpose} with the scopes {Scopes}; the token ends at {ExpiresAt:O}.")]
    public static partial void Exchanged(this ILogger logger, ResourceIndicator resource, string? purpose, ScopeSet scopes, DateTimeOffset expiresAt);

    [LoggerMessage(2, LogLevel.Warning, "The exchange for {Resource} under the purpose {Purpose} was refused with {Error}: {ErrorDescription}")]
    public static partial void ExchangeRefused(this ILogger logger, ResourceIndicator resource, string? purpose, string error, string? errorDescription);

    [LoggerMessage(3, LogLevel.Error, "The exchange for {Resource} under the purpose {Purpose} could not be carried out: {Reason}")]
    public static partial void ExchangeFailed(this ILogger logger, ResourceIndicator resource, string? purpose, string reason);

    [LoggerMessage(4, LogLevel.Information, "{Origin} refused the actor token as invalid; it is dropped. Asking once more with a fresh one: {Retrying}.")]
    public static partial void TokenRejected(this ILogger logger, Origin origin, bool retrying);

    [LoggerMessage(5, LogLevel.Information, "For {Resource} the user must sign in again: acr_values '{AcrValues}', max_age {MaxAge}. Waiting for it.")]
    public static partial void StepUpNeeded(this ILogger logger, string resource, string acrValues, TimeSpan? maxAge);
}
