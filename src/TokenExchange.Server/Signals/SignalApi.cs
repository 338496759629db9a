using System.Text;
using Microsoft.Net.Http.Headers;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Hosting;

namespace TokenExchange.Server.Signals;

/// <summary>Where identity providers push what they tell (RFC 8935). The signature of what they send says who they are; no token of ours is asked for.</summary>
internal static class SignalApi
{
    public static void MapSignals(this IEndpointRouteBuilder app) => app.MapPost("/ssf/events", async (HttpContext http, SignalReceiver receiver) =>
    {
        // Not the request's token: who hangs up still told it.
        var refusal = await receiver.ReceiveAsync(await ReadAsync(http), http.Connection.RemoteIpAddress, CancellationToken.None);
        await AnswerAsync(http, refusal);
    });

    // One token and nothing else; null for what cannot be one.
    private static async Task<string?> ReadAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals($"application/{SecurityEventNames.TokenHeader}", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var body = new byte[CompactJwt.MaxLength + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        return length > CompactJwt.MaxLength ? null : Encoding.Latin1.GetString(body, 0, length);
    }

    private static Task AnswerAsync(HttpContext http, Refusal? refusal)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (refusal is null)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        }

        var error = RefusalWire.For(refusal.Reason);
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = Outages.RetryAfterSeconds;
            return ErrorJson.WriteAsync(http, error.Status, error.Error, error.Description, error.Code);
        }

        http.Response.StatusCode = error.Status;
        http.Response.Headers.ContentLanguage = "en";
        return http.Response.WriteAsJsonAsync(new { err = error.Error, description = error.Description });
    }
}
