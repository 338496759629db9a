using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Tells whoever lacks a right so.</summary>
[AllowAnonymous]
[NeedsNoRight]
public sealed class ForbiddenModel : PageModel
{
    /// <summary>Says it.</summary>
    public IActionResult OnGet() => StatusCode(StatusCodes.Status403Forbidden);
}
