using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Administrators;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Asks for the second factor, after the password.</summary>
[AllowAnonymous]
[NeedsNoRight]
public sealed class SecondFactorModel(SignIns signIns) : PageModel
{
    /// <summary>A code of the authenticator app.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>A recovery code instead.</summary>
    [BindProperty]
    public string? RecoveryCode { get; set; }

    /// <summary>Where to go then.</summary>
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    /// <summary>Judges a code.</summary>
    public async Task<IActionResult> OnPostAsync() => Answer(await signIns.CodeAsync(HttpContext, Code, HttpContext.RequestAborted));

    /// <summary>Judges a recovery code.</summary>
    public async Task<IActionResult> OnPostRecoveryAsync() => Answer(await signIns.RecoveryCodeAsync(HttpContext, RecoveryCode, HttpContext.RequestAborted));

    private IActionResult Answer(SignInOutcome outcome)
    {
        switch (outcome)
        {
            case SignInOutcome.SignedIn:
                return LocalRedirect(LocalUrl.Of(ReturnUrl));
            case SignInOutcome.Expired:
                TempData["notice"] = "The password was given too long ago. Sign in once more.";
                return RedirectToPage("/Admin/Access/SignIn", new { returnUrl = ReturnUrl });
            default:
                ModelState.AddModelError(string.Empty, "That code is not right, or was used before. After five wrong tries the account is closed for a quarter of an hour.");
                return Page();
        }
    }
}
