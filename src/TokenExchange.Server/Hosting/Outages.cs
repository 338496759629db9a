using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Server.Hosting;

/// <summary>What an exception becomes: an outage of the database answers 503, an unreadable request 4xx, anything else is a bug and answers 500. Never a token, never a trace.</summary>
internal static class Outages
{
    public const string RetryAfterSeconds = "5";

    public static void UseOutageAnswers(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = async http =>
        {
            var (status, error, description) = Answer(http.Features.Get<IExceptionHandlerFeature>()?.Error);
            http.Response.StatusCode = status;
            http.Response.Headers.CacheControl = "no-store";
            if (status == StatusCodes.Status503ServiceUnavailable)
            {
                http.Response.Headers.RetryAfter = RetryAfterSeconds;
            }

            await http.Response.WriteAsJsonAsync(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = error, ["error_description"] = description }, http.RequestAborted);
        },
        SuppressDiagnosticsCallback = _ => false,
    });

    private static (int Status, string Error, string Description) Answer(Exception? exception) => exception switch
    {
        // What a client sends can be too large, no form at all, or a chunk of a size no number here can hold; the framework says so with exceptions.
        BadHttpRequestException bad => (bad.StatusCode, ErrorCodes.InvalidRequest, "The request is too large or cannot be read."),
        InvalidDataException or IOException { InnerException: OverflowException } => (StatusCodes.Status400BadRequest, ErrorCodes.InvalidRequest, "The request is too large or cannot be read."),
        _ when IsOutage(exception) => (StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The server cannot keep its records at the moment; nothing was issued."),
        _ => (StatusCodes.Status500InternalServerError, ErrorCodes.ServerError, "The server met an error of its own; nothing was issued."),
    };

    private static bool IsOutage(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is DbException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
