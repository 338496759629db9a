using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Web.Admin.Access;

namespace TokenExchange.Server.Web.Admin.Administrators;

/// <summary>Appoints an administrator with an account of this server's own.</summary>
[Authorize(Rights.Administer)]
public sealed class NewModel(AdministratorEditor editor) : AdminPage
{
    /// <summary>User name.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>How people call them.</summary>
    [BindProperty]
    public string? DisplayName { get; set; }

    /// <summary>What they are appointed to.</summary>
    [BindProperty]
    public IReadOnlyList<string> Roles { get; set; } = [];

    /// <summary>The link to set a password with, after the appointment; shown once.</summary>
    public AdministratorOutcome.Invited? Invited { get; private set; }

    /// <summary>Appoints.</summary>
    [Needs(Rights.Administer)]
    public async Task<IActionResult> OnPostAsync()
    {
        switch (await editor.InviteAsync(new NewAdministrator(UserName, DisplayName, Roles), Caller, CancellationToken.None))
        {
            case AdministratorOutcome.Invited invited:
                Invited = invited;
                break;
            case AdministratorOutcome.Invalid(var problems):
                PasswordProblems.Explain(ModelState, problems);
                break;
            case AdministratorOutcome.NeedsHost:
                ModelState.AddModelError(nameof(Roles), RoleWords.NeedsHost);
                break;
            default:
                return StatusCode(StatusCodes.Status403Forbidden);
        }

        return Page();
    }
}
