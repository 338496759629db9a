using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Edits one policy of a draft, or adds one.</summary>
[Authorize(Rights.Author)]
[RequestSizeLimit(MaxBody)]
[RequestFormLimits(ValueCountLimit = WebSetup.MostFields)]
public sealed class EditPolicyModel(PolicyDrafts drafts, DraftParts parts) : EditPage<PolicyDefinition>(drafts, parts, ItemKinds.Policies)
{
    // A resource with a thousand scopes, all of them ticked, in several rows.
    private const int MaxBody = 512 * 1024;

    /// <summary>The purpose under which a new one is added; null where it is to be chosen.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Purpose { get; set; }

    /// <summary>What is typed.</summary>
    [BindProperty]
    public PolicyInput Input { get; set; } = new();

    /// <summary>What can be chosen.</summary>
    public PolicyOptions Options => new(Names, Draft, Input);

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (await OpenAsync() is { } elsewhere)
        {
            return elsewhere;
        }

        Input = PolicyInput.Of(Was ?? Fresh());
        return Page();
    }

    /// <summary>Adds or takes away a row, or saves.</summary>
    /// <param name="act">What the button says.</param>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostAsync([FromForm(Name = "do")] string? act)
    {
        if (!await LoadAsync())
        {
            return Lose(Input.Read(null, out _));
        }

        if (act is not (null or "save"))
        {
            // Rows may have other numbers now: what is shown is what was typed, by the new ones.
            ModelState.Clear();
            Focus = PolicyRows.Apply(Input, act);
            DropScopesOfOthers(act);
            return Page();
        }

        return Input.Read(await WasAsync(), out var problems) is { } policy ? await SaveAsync(policy) : Refuse(problems);
    }

    /// <inheritdoc />
    protected override string EditPageName => "/Admin/Policies/Drafts/EditPolicy";

    private PolicyDefinition Fresh() => new()
    {
        Purpose = Purpose ?? string.Empty,
        Resource = Names.Resources is [var only] ? only.Resource : string.Empty,
        Subjects = [new SubjectDefinition { Issuer = Options.IssuersAnd(null).Skip(1).ToList() is [var one] ? one.Value : string.Empty }],
    };

    // Whoever chooses another resource wants none of the scopes of the one before.
    private void DropScopesOfOthers(string act)
    {
        if (act == "show:scopes")
        {
            Input.Scopes = [.. Input.Scopes.Where(s => s is not null && Names.Scope(Input.Resource, s) is not null)];
        }

        foreach (var onward in Input.Limits.OnwardTo.Where((_, i) => act == $"show:onward:{i}" || (act == "show:scopes" && string.IsNullOrEmpty(Input.Limits.OnwardTo[i].Resource))))
        {
            onward.Scopes = [.. onward.Scopes.Where(s => s is not null && Names.Scope(onward.Resource ?? Input.Resource, s) is not null)];
        }
    }
}
