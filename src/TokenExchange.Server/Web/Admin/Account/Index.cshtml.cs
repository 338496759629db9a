using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Web.Admin.Access;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Web.Admin.Account;

/// <summary>An administrator's own account: password, second factor, sessions.</summary>
public sealed class IndexModel(OwnAccount own) : AdminPage
{
    /// <summary>The present password.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Another password.</summary>
    [BindProperty]
    public string? NewPassword { get; set; }

    /// <summary>A code of the app that is set up.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>The account.</summary>
    public Administrator Shown { get; private set; } = null!;

    /// <summary>How many recovery codes are left.</summary>
    public int CodesLeft { get; private set; }

    /// <summary>An app that is being set up; null when none is.</summary>
    public OwnAccountOutcome.Offered? Offered { get; private set; }

    /// <summary>Recovery codes, shown once.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync();

    /// <summary>Sets another password.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostPasswordAsync() => await AnswerAsync(await own.ChangePasswordAsync(HttpContext, Password, NewPassword, CancellationToken.None), "Your password is changed, and other sessions are over.");

    /// <summary>Begins to set up an app.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostOfferAsync() => await AnswerAsync(await own.OfferAuthenticatorAsync(HttpContext, Password, CancellationToken.None), string.Empty);

    /// <summary>Sets it up.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostConfirmAsync() => await AnswerAsync(await own.ConfirmAuthenticatorAsync(HttpContext, Code, CancellationToken.None), string.Empty);

    /// <summary>Gives other recovery codes.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostCodesAsync() => await AnswerAsync(await own.RenewRecoveryCodesAsync(HttpContext, Password, CancellationToken.None), string.Empty);

    /// <summary>Takes the app away.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostRemoveAsync() => await AnswerAsync(await own.RemoveAuthenticatorAsync(HttpContext, Password, CancellationToken.None), "Your password alone is asked for now.");

    /// <summary>Ends other sessions.</summary>
    [Needs(Rights.Read)]
    public async Task<IActionResult> OnPostElsewhereAsync() => await AnswerAsync(await own.SignOutElsewhereAsync(HttpContext, CancellationToken.None), "Your other sessions are over.");

    private async Task<IActionResult> AnswerAsync(OwnAccountOutcome outcome, string done)
    {
        switch (outcome)
        {
            case OwnAccountOutcome.Done:
                Say(done);
                return Then("/Admin/Account/Index");
            case OwnAccountOutcome.Offered offered:
                Offered = offered;
                break;
            case OwnAccountOutcome.WrongCode(var key, var uri):
                Offered = new OwnAccountOutcome.Offered(key, uri);
                ModelState.AddModelError(nameof(Code), "this is not the code that the app shows now; wait for the next one and try that");
                break;
            case OwnAccountOutcome.WithRecoveryCodes(var codes):
                RecoveryCodes = codes;
                break;
            case OwnAccountOutcome.Invalid(var problems):
                PasswordProblems.Explain(ModelState, problems);
                break;
            case OwnAccountOutcome.FromIssuer(var issuer):
                ModelState.AddModelError(string.Empty, $"{issuer} sees to that");
                break;
            case OwnAccountOutcome.Busy:
                ModelState.AddModelError(string.Empty, "the server is busy; try again in a few seconds");
                break;
            default:
                ModelState.AddModelError(string.Empty, "password or code is wrong, or there were too many wrong ones, or the app was offered more than ten minutes ago");
                break;
        }

        return await ShowAsync();
    }

    private async Task<IActionResult> ShowAsync()
    {
        if (await own.FindAsync(User, Aborted) is not { } found)
        {
            return NotFound();
        }

        (Shown, CodesLeft) = (found, await own.CountRecoveryCodesAsync(User));
        return Page();
    }
}
