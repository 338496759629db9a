using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Signs out.</summary>
[Authorize(Rights.Read)]
[NeedsNoRight]
public sealed class SignOutModel(AdministratorSessions sessions) : PageModel
{
    /// <summary>There is nothing to see: it takes a POST.</summary>
    public IActionResult OnGet() => LocalRedirect("/admin");

    /// <summary>Ends the session, here and in the database.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        await sessions.EndAsync(HttpContext, CancellationToken.None);
        TempData["notice"] = "You are signed out.";
        return RedirectToPage("/Admin/Access/SignIn");
    }
}
