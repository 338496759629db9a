using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>Begins a draft with what is published.</summary>
[Authorize(Rights.Author)]
public sealed class NewModel(PolicyDrafts drafts) : AdminPage
{
    /// <summary>What it is about.</summary>
    [BindProperty]
    public string? Title { get; set; }

    /// <summary>Shows the form.</summary>
    public void OnGet()
    {
    }

    /// <summary>Begins it.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync()
    {
        var input = new DraftInput { Title = FormText.Of(Title) ?? string.Empty };
        if (new DraftInputValidator().Validate(input) is { IsValid: false } judged)
        {
            Explain(judged.Errors.Select(e => new MemberProblem(e.PropertyName, e.ErrorMessage)));
            return Page();
        }

        var outcome = await drafts.CreateAsync(input, Caller, CancellationToken.None);
        if (outcome is DraftOutcome.Written(var draft))
        {
            Say("The draft holds what is published now. Nothing changes until it is published.");
            return Then("/Admin/Policies/Drafts/Index", new { id = draft.Header.Id });
        }

        ModelState.AddModelError(string.Empty, DraftWords.Of(outcome));
        return Page();
    }
}
