using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Where administrators sign in.</summary>
[AllowAnonymous]
[NeedsNoRight]
public sealed partial class SignInModel(SignIns signIns, AdministratorStore administrators, IOptions<AdminSettings> settings, ILogger<SignInModel> logger) : PageModel
{
    /// <summary>User name.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>Password.</summary>
    [BindProperty]
    public string? Password { get; set; }

    /// <summary>Where to go then.</summary>
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    /// <summary>Why somebody is here again who was at the identity provider, in a sentence; null when they were not.</summary>
    public string? Sentence { get; private set; }

    /// <summary>Whether there is no administrator yet who could sign in with a password.</summary>
    public bool IsFirstRun { get; private set; }

    /// <summary>Whether a password can be used.</summary>
    public bool IsLocal => settings.Value.LocalSignIn;

    /// <summary>Whether there is an identity provider to sign in at.</summary>
    public bool HasProvider => settings.Value.OpenIdConnect.IsConfigured;

    /// <summary>Shows the form, to whoever is not signed in.</summary>
    /// <param name="problem">What the address says of the sign-in before, or anything else.</param>
    public async Task<IActionResult> OnGetAsync(string? problem)
    {
        Sentence = ProviderSignIn.SentenceOf(problem);
        IsFirstRun = IsLocal && !HasProvider && !await administrators.AnyAsync(Roles.Administrator, HttpContext.RequestAborted);
        return AdministratorPrincipal.Has(User, Rights.Read) ? LocalRedirect(LocalUrl.Of(ReturnUrl)) : Page();
    }

    /// <summary>Goes to the identity provider.</summary>
    public async Task<IActionResult> OnGetProviderAsync()
    {
        if (!HasProvider)
        {
            return NotFound();
        }

        try
        {
            await HttpContext.ChallengeAsync(AdministratorSchemes.OpenIdConnect, new AuthenticationProperties { RedirectUri = LocalUrl.Of(ReturnUrl) });
            return new EmptyResult();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException && !Response.HasStarted)
        {
            // The library could not read the provider's metadata.
            LogUnreachable(e, settings.Value.OpenIdConnect.Authority);
            return RedirectToPage(new { handler = (string?)null, problem = ProviderSignIn.Unreachable, returnUrl = ReturnUrl });
        }
    }

    /// <summary>Judges name and password.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        switch (await signIns.PasswordAsync(HttpContext, UserName, Password, HttpContext.RequestAborted))
        {
            case SignInOutcome.SignedIn:
                return LocalRedirect(LocalUrl.Of(ReturnUrl));
            case SignInOutcome.SecondFactorNeeded:
                return RedirectToPage("/Admin/Access/SecondFactor", new { returnUrl = ReturnUrl });
            case SignInOutcome.Busy(var wait):
                ModelState.AddModelError(string.Empty, $"Many people are signing in at this moment. Try again in {(int)wait.TotalSeconds} seconds.");
                return Page();
            default:
                ModelState.AddModelError(string.Empty, "User name or password is wrong, or the account is closed. After five wrong tries it is closed for a quarter of an hour.");
                return Page();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The identity provider of administrators, {Authority}, could not be asked")]
    private partial void LogUnreachable(Exception exception, string? authority);
}
