using Microsoft.Net.Http.Headers;
using OpenIddict.Server;
using TokenExchange.Core.Protocol;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TokenExchange.Server.OpenIddict;

/// <summary>
/// What the endpoints take: a POST with a form, and nothing that merely begins like one. OpenIddict would also read a token to introspect from
/// the query, and addresses end up in logs.
/// </summary>
internal static class FormRequests
{
    // What a form is written in hardly matters, as it is percent-encoded; clients name one of these. Others the framework answers with exceptions.
    private static readonly string[] Charsets = ["utf-8", "us-ascii", "iso-8859-1"];

    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ExtractTokenRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
        server.AddEventHandler<ExtractIntrospectionRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
        server.AddEventHandler<ExtractRevocationRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
    }

    private static ValueTask Check(BaseValidatingContext context)
    {
        if (!IsForm(context.Transaction.Http().Request))
        {
            context.Reject(ErrorCodes.InvalidRequest);
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsForm(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || Charsets.Contains(HeaderUtilities.RemoveQuotes(type.Charset).Value, StringComparer.OrdinalIgnoreCase));
}
