using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Web;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Hosting;

/// <summary>What an exception becomes: an outage of the database answers 503, an unreadable request 4xx, anything else is a bug and answers 500. Never a token, never a trace.</summary>
internal static class Outages
{
    public const string RetryAfterSeconds = "5";

    public static void UseOutageAnswers(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => AnswerAsync(http, http.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error),

            // What strangers send is on record; in the log of errors they could drown ours.
            SuppressDiagnosticsCallback = context => IsUnreadable(context.Exception),
        });
        app.Use(RecordUnreadable);
    }

    private static async Task AnswerAsync(HttpContext http, Exception exception)
    {
        if (WebSetup.IsPage(http))
        {
            await AnswerPageAsync(http, exception);
        }
        else if (IsUnreadable(exception))
        {
            var error = RefusalWire.For(RefusalReason.MalformedRequest);
            await ErrorJson.WriteAsync(http, (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, error.Error, error.Description, error.Code);
        }
        else if (IsOutage(exception))
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
            await ErrorJson.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, ErrorCodes.TemporarilyUnavailable, "The server cannot keep its records at the moment; nothing was issued.");
        }
        else
        {
            await ErrorJson.WriteAsync(http, StatusCodes.Status500InternalServerError, ErrorCodes.ServerError, "The server met an error of its own; nothing was issued.");
        }
    }

    private static Task AnswerPageAsync(HttpContext http, Exception exception)
    {
        if (IsOutage(exception))
        {
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return PageErrors.WriteAsync(http, IsUnreadable(exception) ? (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest
            : IsOutage(exception) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError);
    }

    // What a client sends can be too large or no form at all, or end before it is complete; the framework says so with exceptions. Recorded here, because
    // whose connection is gone is answered by nobody: it must never look as if they were, and what else they sent is not read.
    private static async Task RecordUnreadable(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            await RecordAsync(http, "the body is too large or cannot be read");
            throw;
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            await RecordAsync(http, "the connection ended before the request");
            http.Abort();
        }
    }

    private static bool IsUnreadable(Exception exception) => exception is BadHttpRequestException or InvalidDataException or IOException { InnerException: OverflowException };

    private static Task RecordAsync(HttpContext http, string detail) => http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
        new ExchangeRecord
        {
            At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), Kind = RecordKind.Refusal, Reason = RefusalWire.For(RefusalReason.MalformedRequest).Code,
            Source = http.Connection.RemoteIpAddress?.ToString(), Detail = detail,
        },
        CancellationToken.None);

    /// <summary>Whether it is the database that failed, not the server.</summary>
    public static bool IsOutage(Exception exception)
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
