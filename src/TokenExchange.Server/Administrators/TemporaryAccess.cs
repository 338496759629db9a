using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace TokenExchange.Server.Administrators;

/// <summary>TEMPORARY until accounts are merged: signs in anybody as any role, in Development.</summary>
internal static class TemporaryAccess
{
    public static void AddAdministrators(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddCookie("Administrators", o =>
        {
            o.LoginPath = "/admin/sign-in";
            o.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        var authorization = builder.Services.AddAuthorizationBuilder();
        foreach (var right in Rights.All)
        {
            authorization.AddPolicy(right, p => p.AddAuthenticationSchemes("Administrators").RequireAssertion(c => c.User.FindAll(ClaimTypes.Role).SelectMany(r => Roles.RightsOf(r.Value)).Contains(right, StringComparer.Ordinal)));
        }
    }

    public static void MapTemporaryAccess(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapGet("/dev/sign-in", async (HttpContext http, string role) =>
            {
                await http.SignInAsync("Administrators", new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, $"dev-{role}"), new Claim(ClaimTypes.Role, role)], "dev")));
                return Results.Redirect("/admin");
            });
        }
    }
}
