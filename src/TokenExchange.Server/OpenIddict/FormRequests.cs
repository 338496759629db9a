using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OpenIddict.Abstractions;
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

    // The framework puts parameters together whose names differ in case only, under whichever came first; ours are told apart by case.
    private static readonly string[] Known =
    [
        "grant_type", "subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type", "resource", "audience", "scope", "purpose",
        "authorization_details", "client_id", "client_secret", "client_assertion", "client_assertion_type", "token", "token_type_hint",
    ];

    public static void Register(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ExtractTokenRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
        server.AddEventHandler<ExtractIntrospectionRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
        server.AddEventHandler<ExtractRevocationRequestContext>(b => b.UseInlineHandler(Check).SetOrder(int.MinValue));
        server.AddEventHandler<ExtractTokenRequestContext>(b => b.UseInlineHandler(CheckNames).SetOrder(int.MaxValue));
        server.AddEventHandler<ExtractIntrospectionRequestContext>(b => b.UseInlineHandler(CheckNames).SetOrder(int.MaxValue));
        server.AddEventHandler<ExtractRevocationRequestContext>(b => b.UseInlineHandler(CheckNames).SetOrder(int.MaxValue));
    }

    private static ValueTask Check(BaseValidatingContext context)
    {
        if (!IsForm(context.Transaction.Http().Request))
        {
            context.Reject(ErrorCodes.InvalidRequest);
        }

        return ValueTask.CompletedTask;
    }

    private static ValueTask CheckNames(ExtractTokenRequestContext context) => CheckNames(context, context.Request);

    private static ValueTask CheckNames(ExtractIntrospectionRequestContext context) => CheckNames(context, context.Request);

    private static ValueTask CheckNames(ExtractRevocationRequestContext context) => CheckNames(context, context.Request);

    private static ValueTask CheckNames(BaseValidatingContext context, OpenIddictRequest? request)
    {
        var names = request?.GetParameters().Select(p => p.Key) ?? [];
        if (names.FirstOrDefault(n => Known.Contains(n, StringComparer.OrdinalIgnoreCase) && !Known.Contains(n, StringComparer.Ordinal)) is not null)
        {
            context.Reject(ErrorCodes.InvalidRequest, "the name of a parameter is written in another case");
        }

        return ValueTask.CompletedTask;
    }

    // One spelling of the path and of the method: rules of a proxy in front would not know the others.
    private static bool IsForm(HttpRequest request) =>
        string.Equals(request.Method, HttpMethods.Post, StringComparison.Ordinal)
        && IsExact(request)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || Charsets.Contains(HeaderUtilities.RemoveQuotes(type.Charset).Value, StringComparer.OrdinalIgnoreCase));

    private static bool IsExact(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = !target.StartsWith('/') && target.Split('/', 4) is [_, _, _, var rest] ? "/" + rest : target;
        return path.Split('?', 2)[0] is "/token" or "/introspect" or "/revoke";
    }
}
