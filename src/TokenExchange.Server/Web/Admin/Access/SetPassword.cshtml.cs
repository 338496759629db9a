using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Sets a password, for whoever has the link that an administrator gave.</summary>
[AllowAnonymous]
[NeedsNoRight]
public sealed class SetPasswordModel(Invitations invitations) : PageModel
{
    /// <summary>The code of the link.</summary>
    [BindProperty(SupportsGet = true, Name = "code")]
    public string? Code { get; set; }

    /// <summary>Password.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Whose password it is; null when the link is not good.</summary>
    public Administrator? Invited { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task OnGetAsync() => Invited = await invitations.FindAsync(Code, HttpContext.RequestAborted);

    /// <summary>Sets it.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        switch (await invitations.AcceptAsync(Code, Password, HttpContext.Connection.RemoteIpAddress, CancellationToken.None))
        {
            case PasswordOutcome.PasswordSet:
                TempData["notice"] = "Your password is set. Sign in.";
                return RedirectToPage("/Admin/Access/SignIn");
            case PasswordOutcome.Invalid(var problems):
                PasswordProblems.Explain(ModelState, problems);
                break;
            case PasswordOutcome.Busy:
                ModelState.AddModelError(string.Empty, "The server is busy. Try again in a few seconds.");
                break;
        }

        Invited = await invitations.FindAsync(Code, HttpContext.RequestAborted);
        return Page();
    }
}
