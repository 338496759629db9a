using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Diagnostics;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Hosting;

/// <summary>What an exception becomes: an outage of the database answers 503, an unreadable request 4xx, anything else is a bug and answers 500. Never a token, never a trace.</summary>
internal static class Outages
{
    public const string RetryAfterSeconds = "5";

    public static void UseOutageAnswers(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        ExceptionHandler = async http =>
        {
            var exception = http.Features.Get<IExceptionHandlerFeature>()?.Error;
            if (IsUnreadable(exception, http))
            {
                exception = await RefuseAsync(http, exception);
            }

            if (exception is null)
            {
                return;
            }

            if (IsOutage(exception))
            {
                http.Response.Headers.RetryAfter = RetryAfterSeconds;
                await ErrorJson.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The server cannot keep its records at the moment; nothing was issued.");
            }
            else
            {
                await ErrorJson.WriteAsync(http, StatusCodes.Status500InternalServerError, ErrorCodes.ServerError, "The server met an error of its own; nothing was issued.");
            }
        },

        // What strangers send is on record; in the log of errors they could drown ours.
        SuppressDiagnosticsCallback = context => IsUnreadable(context.Exception, context.HttpContext),
    });

    // A body that ends too early is not even refused by the framework: the connection is simply gone.
    private static bool IsUnreadable([NotNullWhen(true)] Exception? exception, HttpContext http) =>
        exception is BadHttpRequestException or InvalidDataException or IOException { InnerException: OverflowException }
        || (exception is IOException or OperationCanceledException && http.RequestAborted.IsCancellationRequested);

    // What a client sends can be too large or no form at all; the framework says so with exceptions. Null when that is on record and answered.
    private static async Task<Exception?> RefuseAsync(HttpContext http, Exception exception)
    {
        var error = RefusalWire.For(RefusalReason.MalformedRequest);
        try
        {
            await http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
                new ExchangeRecord
                {
                    At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), Kind = RecordKind.Refusal, Reason = error.Code,
                    Source = http.Connection.RemoteIpAddress?.ToString(), Detail = "the body is too large or cannot be read",
                },
                CancellationToken.None);
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            return outage;
        }

        await ErrorJson.WriteAsync(http, (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, error.Error, error.Description, error.Code);
        return null;
    }

    private static bool IsOutage(Exception exception)
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
