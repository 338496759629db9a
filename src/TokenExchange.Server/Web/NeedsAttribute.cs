using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Web;

/// <summary>Which of <see cref="Rights"/> a handler of a page asks for, beyond what its page asks for.</summary>
/// <param name="right">The right.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsAttribute(string right) : Attribute
{
    /// <summary>The right.</summary>
    public string Right { get; } = right;
}

/// <summary>A handler that changes something is for whoever has come that far: the pages to sign in with, and the user's own.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsNoRightAttribute : Attribute;

/// <summary>
/// Holds every handler against its right. One that is not a GET and does not say which right it asks for is nobody's: forgetting to say so opens nothing.
/// What is refused to somebody who is signed in is on record.
/// </summary>
internal sealed class NeedsFilter : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        // What a page shows is for whoever it was made for, and no longer than they are signed in. In the words of antiforgery, which warns of any others.
        context.HttpContext.Response.Headers.CacheControl = "no-cache, no-store";
        if (context.HandlerMethod is null && !IsShown(context))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var right = context.HandlerMethod?.MethodInfo.GetCustomAttribute<NeedsAttribute>()?.Right;
        var open = context.HandlerMethod is null || HttpMethods.IsGet(context.HandlerMethod.HttpMethod) || context.HandlerInstance.GetType().GetCustomAttribute<NeedsNoRightAttribute>() is not null;
        var authorization = context.HttpContext.RequestServices.GetRequiredService<IAuthorizationService>();
        if (right is null ? open : (await authorization.AuthorizeAsync(context.HttpContext.User, null, right)).Succeeded)
        {
            await next();
            return;
        }

        await RefusedAccess.RecordAsync(context.HttpContext, $"{context.ActionDescriptor.ViewEnginePath} {context.HandlerMethod?.MethodInfo.Name} {right}");
        context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
    }

    // A page that has nothing to read is shown as it is; any other would lack what its handlers read.
    private static bool IsShown(PageHandlerExecutingContext context) =>
        (HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method)) && context.ActionDescriptor.HandlerMethods.All(h => !HttpMethods.IsGet(h.HttpMethod));
}

/// <summary>Puts on record what a page as a whole is refused to somebody who is signed in; a handler's own right is <see cref="NeedsFilter"/>'s.</summary>
internal sealed class RefusedAccess : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _usual = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden && WebSetup.IsPage(context) && context.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
        {
            await RecordAsync(context, $"{page.ViewEnginePath} {context.Request.Method}");
        }

        await _usual.HandleAsync(next, context, policy, authorizeResult);
    }

    /// <summary>Writes it.</summary>
    public static Task RecordAsync(HttpContext http, string detail) => http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
        AdministratorRecords.Refusal(
            http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), AdministratorPrincipal.Has(http.User, Rights.Read) ? AdministratorPrincipal.CallerOf(http).ClientId : null,
            http.Connection.RemoteIpAddress, detail),
        CancellationToken.None);
}
