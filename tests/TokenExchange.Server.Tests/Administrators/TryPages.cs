using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>
/// The barest of pages over the services of this room, below <c>/try</c>: a form in, the name of the outcome out; and one page for each right. What signs in, keeps
/// a session and refuses is the server's own.
/// </summary>
internal sealed class TryPages : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);

        // Last of all, behind everything that stands before the server's own pages.
        app.Map("/try", pages =>
        {
            pages.UseRouting();
            pages.UseAuthorization();
            pages.UseEndpoints(Map);
        });
    };

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/password", async (HttpContext http, SignIns signIns) => Name(await signIns.PasswordAsync(http, Form(http, "userName"), Form(http, "password"), default)));
        pages.MapPost("/code", async (HttpContext http, SignIns signIns) => Name(await signIns.CodeAsync(http, Form(http, "code"), default)));
        pages.MapPost("/recovery", async (HttpContext http, SignIns signIns) => Name(await signIns.RecoveryCodeAsync(http, Form(http, "code"), default)));
        pages.MapPost("/sign-out", async (HttpContext http, AdministratorSessions sessions) => await sessions.EndAsync(http, default));
        pages.MapGet("/provider", (HttpContext http) => Results.Challenge(new() { RedirectUri = "/admin" }, [AdministratorSchemes.OpenIdConnect]));

        var own = pages.MapGroup("/own").RequireAuthorization(Rights.Read);
        own.MapPost("/password", async (HttpContext http, OwnAccount account) => Name(await account.ChangePasswordAsync(http, Form(http, "password"), Form(http, "newPassword"), default)));
        own.MapPost("/offer", async (HttpContext http, OwnAccount account) => Results.Json<object>(await account.OfferAuthenticatorAsync(http, Form(http, "password"), default)));
        own.MapPost("/confirm", async (HttpContext http, OwnAccount account) => Results.Json<object>(await account.ConfirmAuthenticatorAsync(http, Form(http, "code"), default)));
        own.MapPost("/codes", async (HttpContext http, OwnAccount account) => Results.Json<object>(await account.RenewRecoveryCodesAsync(http, Form(http, "password"), default)));
        own.MapPost("/remove", async (HttpContext http, OwnAccount account) => Name(await account.RemoveAuthenticatorAsync(http, Form(http, "password"), default)));
        own.MapPost("/elsewhere", async (HttpContext http, OwnAccount account) => Name(await account.SignOutElsewhereAsync(http, default)));
        own.MapGet("/who", (HttpContext http) => $"{AdministratorPrincipal.CallerOf(http).ClientId} {string.Join(',', http.User.FindAll(AdministratorPrincipal.Role).Select(r => r.Value))}");
        foreach (var right in Rights.All)
        {
            pages.MapGet($"/rights/{right}", () => "yes").RequireAuthorization(right);
        }
    }

    private static string? Form(HttpContext http, string name) => http.Request.Form[name] is [{ } value] ? value : null;

    private static string Name(object outcome) => outcome.GetType().Name;
}
