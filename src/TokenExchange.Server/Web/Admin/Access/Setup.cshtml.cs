using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Makes the first administrator, for whoever has the link that stands on the console.</summary>
[AllowAnonymous]
[NeedsNoRight]
public sealed class SetupModel(FirstRun firstRun) : PageModel
{
    /// <summary>The code of the link.</summary>
    [BindProperty(SupportsGet = true, Name = "code")]
    public string? Code { get; set; }

    /// <summary>User name.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>How people call this administrator.</summary>
    [BindProperty]
    public string? DisplayName { get; set; }

    /// <summary>Password.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Whether the link is good.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Shows the form.</summary>
    public async Task OnGetAsync() => IsGood = await firstRun.IsGoodAsync(Code, HttpContext.RequestAborted);

    /// <summary>Makes the account.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        IsGood = true;
        switch (await firstRun.CreateAsync(Code, UserName, DisplayName, Password, HttpContext.Connection.RemoteIpAddress, CancellationToken.None))
        {
            case PasswordOutcome.PasswordSet:
                TempData["notice"] = "You are the first administrator. Sign in.";
                return RedirectToPage("/Admin/Access/SignIn");
            case PasswordOutcome.Invalid(var problems):
                PasswordProblems.Explain(ModelState, problems);
                return Page();
            case PasswordOutcome.Busy:
                ModelState.AddModelError(string.Empty, "The server is busy. Try again in a few seconds.");
                return Page();
            default:
                IsGood = false;
                return Page();
        }
    }
}
