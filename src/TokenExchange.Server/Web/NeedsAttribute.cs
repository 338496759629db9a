using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
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
        var right = context.HandlerMethod?.MethodInfo.GetCustomAttribute<NeedsAttribute>()?.Right;
        var open = context.HandlerMethod is null || HttpMethods.IsGet(context.HandlerMethod.HttpMethod) || context.HandlerInstance.GetType().GetCustomAttribute<NeedsNoRightAttribute>() is not null;
        var authorization = context.HttpContext.RequestServices.GetRequiredService<IAuthorizationService>();
        if (right is null ? open : (await authorization.AuthorizeAsync(context.HttpContext.User, null, right)).Succeeded)
        {
            await next();
            return;
        }

        await RecordAsync(context.HttpContext, $"{context.ActionDescriptor.ViewEnginePath} {context.HandlerMethod?.MethodInfo.Name} {right}");
        context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
    }

    private static Task RecordAsync(HttpContext http, string detail) => http.RequestServices.GetRequiredService<ExchangeLedger>().RecordAsync(
        new ExchangeRecord
        {
            At = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), Kind = RecordKind.Refusal, Reason = "right_missing",
            ClientId = AdministratorPrincipal.Has(http.User, Rights.Read) ? AdministratorPrincipal.CallerOf(http).ClientId : null, Source = http.Connection.RemoteIpAddress?.ToString(), Detail = detail,
        },
        CancellationToken.None);
}
