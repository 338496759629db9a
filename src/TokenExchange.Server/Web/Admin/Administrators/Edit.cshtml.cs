using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Web.Admin.Access;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Web.Admin.Administrators;

/// <summary>One administrator: roles, access, and the way out.</summary>
public sealed class EditModel(AdministratorEditor editor) : AdminPage
{
    /// <summary>Which.</summary>
    [BindProperty(SupportsGet = true, Name = "id")]
    public string Id { get; set; } = string.Empty;

    /// <summary>The version that was looked at.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    /// <summary>Roles.</summary>
    [BindProperty]
    public IReadOnlyList<string> Roles { get; set; } = [];

    /// <summary>The account.</summary>
    public Administrator Shown { get; private set; } = null!;

    /// <summary>Whether it is the account of whoever looks.</summary>
    public bool IsOwn => AdministratorPrincipal.AccountOf(User) == Id;

    /// <summary>A link to set a password with; shown once.</summary>
    public AdministratorOutcome.Invited? Invited { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (await editor.FindAsync(Id, Aborted) is not { } found)
        {
            return NotFound();
        }

        (Shown, Seen, Roles) = (found, found.Version, [.. found.Roles]);
        return Page();
    }

    /// <summary>Gives other roles.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostRolesAsync() => AnswerAsync(editor.ChangeRolesAsync(Id, Seen, Roles, Caller, CancellationToken.None), "Their roles are changed.");

    /// <summary>Lets them in again.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostEnableAsync() => AnswerAsync(editor.EnableAsync(Id, Seen, enabled: true, Caller, CancellationToken.None), "They can sign in again.");

    /// <summary>Keeps them out.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostDisableAsync() => AnswerAsync(editor.EnableAsync(Id, Seen, enabled: false, Caller, CancellationToken.None), "They are out, with all their sessions.");

    /// <summary>Gives another link to set a password with.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostResetPasswordAsync() => AnswerAsync(editor.ResetPasswordAsync(Id, Seen, Caller, CancellationToken.None), string.Empty);

    /// <summary>Takes the second factor away.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostResetSecondFactorAsync() => AnswerAsync(editor.ResetSecondFactorAsync(Id, Seen, Caller, CancellationToken.None), "They sign in with the password alone, until they set up an app again.");

    /// <summary>Ends their sessions.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostSignOutAsync() => AnswerAsync(editor.SignOutEverywhereAsync(Id, Caller, CancellationToken.None), "They are signed out everywhere.");

    /// <summary>Deletes the account.</summary>
    [Needs(Rights.Administer)]
    public Task<IActionResult> OnPostDeleteAsync() => AnswerAsync(editor.DeleteAsync(Id, Seen, Caller, CancellationToken.None), string.Empty);

    private async Task<IActionResult> AnswerAsync(Task<AdministratorOutcome> act, string done)
    {
        switch (await act)
        {
            case AdministratorOutcome.Changed:
                Say(done);
                return Then("/Admin/Administrators/Edit", new { id = Id });
            case AdministratorOutcome.Invited invited:
                (Invited, Shown) = (invited, invited.Administrator);
                return Page();
            case AdministratorOutcome.Deleted(var name):
                Say($"The account {name} is gone. What it did stays on record.");
                return Then("/Admin/Administrators/Index");
            case AdministratorOutcome.NotFound:
                return NotFound();
            case AdministratorOutcome.NotPermitted:
                return StatusCode(StatusCodes.Status403Forbidden);
            case AdministratorOutcome.Stale:
                ModelState.AddModelError(string.Empty, "somebody else has changed this account meanwhile. This is how it is now; do it again if it is still right");
                break;
            case AdministratorOutcome.LastAdministrator:
                ModelState.AddModelError(string.Empty, "nobody would be left who can appoint administrators. Appoint somebody else first");
                break;
            case AdministratorOutcome.OwnAccount:
                ModelState.AddModelError(string.Empty, "that is your own account: another administrator must do this, or you do it under Your account");
                break;
            case AdministratorOutcome.NeedsHost:
                ModelState.AddModelError(string.Empty, RoleWords.NeedsHost);
                break;
            case AdministratorOutcome.FromIssuer(var issuer):
                ModelState.AddModelError(string.Empty, $"{issuer} says who this is, how they sign in and which roles they have. Change it there");
                break;
            case AdministratorOutcome.Invalid(var problems):
                PasswordProblems.Explain(ModelState, problems);
                break;
        }

        return await editor.FindAsync(Id, Aborted) is { } found ? Show(found) : NotFound();
    }

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Show(Administrator found)
    {
        (Shown, Seen, Roles) = (found, found.Version, [.. found.Roles]);
        ModelState.Remove(nameof(Seen));
        return Page();
    }
}
