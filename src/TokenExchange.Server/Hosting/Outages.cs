using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Server.Hosting;

/// <summary>What an exception becomes: an outage of the database answers 503, anything else is a bug and answers 500. Never a token, never a trace.</summary>
internal static class Outages
{
    public const string RetryAfterSeconds = "5";

    public static void UseOutageAnswers(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = async http =>
        {
            var outage = IsOutage(http.Features.Get<IExceptionHandlerFeature>()?.Error);
            http.Response.StatusCode = outage ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            http.Response.Headers.CacheControl = "no-store";
            if (outage)
            {
                http.Response.Headers.RetryAfter = RetryAfterSeconds;
            }

            await http.Response.WriteAsJsonAsync(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["error"] = outage ? ErrorCodes.TemporarilyUnavailable : ErrorCodes.ServerError,
                ["error_description"] = outage ? "The server cannot keep its records at the moment; nothing was issued." : "The server met an error of its own; nothing was issued.",
            }, http.RequestAborted);
        },
        SuppressDiagnosticsCallback = _ => false,
    });

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
