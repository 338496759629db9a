using Microsoft.Extensions.Logging;

namespace TokenExchange.ResourceServer;

/// <summary>Everything this package logs. No parameter is ever a token, a part of one or a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "A token was refused with {Error}: {Reason}")]
    public static partial void TokenRefused(this ILogger logger, string error, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Fetched {Address}, which leads to {Keys} signing keys.")]
    public static partial void MetadataFetched(this ILogger logger, string address, int keys);

    [LoggerMessage(3, LogLevel.Error, "{Address} cannot be used, and tokens cannot be judged once the known keys are too old. {Problem}")]
    public static partial void MetadataUnusable(this ILogger logger, string address, string problem);

    [LoggerMessage(4, LogLevel.Error, "{Address}, or the keys it names, cannot be fetched. Tokens cannot be judged once the known keys are too old.")]
    public static partial void MetadataUnreachable(this ILogger logger, Exception exception, string address);

    [LoggerMessage(5, LogLevel.Error, "{Endpoint} answered {Status}, so a token was not accepted. 401 means that it does not know this app's Introspection credentials.")]
    public static partial void IntrospectionRefused(this ILogger logger, string endpoint, int status);

    [LoggerMessage(6, LogLevel.Error, "{Endpoint} answered without a boolean 'active', so a token was not accepted.")]
    public static partial void IntrospectionUnreadable(this ILogger logger, string endpoint);

    [LoggerMessage(7, LogLevel.Error, "{Endpoint} cannot be reached, so a token was not accepted.")]
    public static partial void IntrospectionUnreachable(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(9, LogLevel.Error, "{Endpoint} gave this app no token for the server's API: it answered {Status}. 401 means that it does not know the Enforcement credentials, 400 that this client is not of kind resource.")]
    public static partial void ApiTokenRefused(this ILogger logger, string endpoint, int status);

    [LoggerMessage(10, LogLevel.Error, "{Endpoint} cannot be reached, so this app has no token for the server's API.")]
    public static partial void ApiTokenUnreachable(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(11, LogLevel.Error, "{Endpoint} cannot be reached.")]
    public static partial void ApiUnreachable(this ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(12, LogLevel.Error, "{Address} answered {Status}: there are no policies to go by once the known ones are too old. 404 means that this client is not listed at the resource, 403 that it is not of kind resource.")]
    public static partial void PoliciesRefused(this ILogger logger, string address, int status);

    [LoggerMessage(13, LogLevel.Error, "{Address} answered with policies that cannot be read, perhaps because the server is newer than this package. There are none to go by once the known ones are too old.")]
    public static partial void PoliciesUnreadable(this ILogger logger, string address);

    [LoggerMessage(14, LogLevel.Debug, "Took version {Version} of the policies.")]
    public static partial void PoliciesTaken(this ILogger logger, long version);

    [LoggerMessage(15, LogLevel.Debug, "Follows the event stream {Stream}.")]
    public static partial void StreamOpened(this ILogger logger, string stream);

    [LoggerMessage(16, LogLevel.Error, "{Address} gave this app no event stream: it answered {Status}.")]
    public static partial void StreamRefused(this ILogger logger, string address, int status);

    [LoggerMessage(17, LogLevel.Warning, "The event stream {Stream} answered {Status}.")]
    public static partial void PollRefused(this ILogger logger, string stream, int status);

    [LoggerMessage(18, LogLevel.Error, "The event stream {Stream} told something that cannot be read, and that might be a revocation.")]
    public static partial void EventsUnreadable(this ILogger logger, string stream);

    [LoggerMessage(19, LogLevel.Information, "Heard of the revocation of one {Kind}.")]
    public static partial void RevocationHeard(this ILogger logger, string kind);

    [LoggerMessage(20, LogLevel.Error, "Could not follow the server. It is tried again.")]
    public static partial void FollowingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(21, LogLevel.Error, "{Endpoint} answered {Status}, so a sensitive action was not permitted. 403 means that this app's client may not ask: its kind must be resource.")]
    public static partial void EvaluationRefused(this ILogger logger, string endpoint, int status);

    [LoggerMessage(22, LogLevel.Error, "{Endpoint} answered without a boolean 'decision' for each question, so a sensitive action was not permitted.")]
    public static partial void EvaluationUnreadable(this ILogger logger, string endpoint);

    [LoggerMessage(8, LogLevel.Information, "A request was forbidden with {Error}: {Reason}")]
    public static partial void RequestForbidden(this ILogger logger, string error, string reason);
}
