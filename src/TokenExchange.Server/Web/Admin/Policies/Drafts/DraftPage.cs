using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>A page about one draft: the draft, how it stands, and what else is configured at that moment.</summary>
public abstract class DraftPage(PolicyDrafts drafts) : AdminPage
{
    /// <summary>The draft, out of the address.</summary>
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = string.Empty;

    /// <summary>The draft as it is now.</summary>
    public PolicyDraft Draft { get; private set; } = null!;

    /// <summary>How it stands.</summary>
    public DraftState State { get; private set; } = null!;

    /// <summary>What is configured and published now.</summary>
    public StoredConfiguration Current { get; private set; } = null!;

    /// <summary>The parties as they are configured now.</summary>
    public PartyNames Names { get; private set; } = null!;

    /// <summary>What it is called.</summary>
    public string Title => Draft.Header.Title;

    /// <summary>What is wrong with it, each with the purpose or policy it is wrong in.</summary>
    public IReadOnlyList<OtherProblem> Problems => ItemProblems.Sort(State.Problems, Whole, ItemKinds.Policies, null).Others;

    /// <summary>Its purposes and policies alone.</summary>
    protected ExchangeConfiguration DraftContent => new() { Purposes = Draft.Purposes, Policies = Draft.Policies };

    /// <summary>What is published, purposes and policies alone.</summary>
    protected ExchangeConfiguration PublishedContent => new() { Purposes = Current.Content.Purposes, Policies = Current.Content.Policies };

    /// <summary>The whole configuration as it would be.</summary>
    protected ExchangeConfiguration Whole => Current.Content with { Purposes = Draft.Purposes, Policies = Draft.Policies };

    /// <summary>The door to drafts.</summary>
    protected PolicyDrafts Drafts => drafts;

    /// <summary>The form in which a problem can be mended; null where it is about the whole.</summary>
    public string? LinkTo(OtherProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var page = problem.Kind switch
        {
            "policy" => "EditPolicy",
            "purpose" => "EditPurpose",
            _ => null,
        };
        return page is null ? null : Url.Page($"/Admin/Policies/Drafts/{page}", null, new { id = Id, name = problem.Name }, null, null, problem.Member.Length == 0 ? null : FormNames.IdOf("Input.", problem.Member));
    }

    /// <summary>Reads it; false when there is no such draft.</summary>
    protected async Task<bool> LoadAsync()
    {
        if (await drafts.FindAsync(Id, Aborted) is not { } draft)
        {
            return false;
        }

        Draft = draft;
        Current = await drafts.CurrentAsync(Aborted);
        State = drafts.Judge(draft, Current);
        Names = new PartyNames(Current.Content);
        return true;
    }

    /// <summary>To the list, where a draft is gone that somebody still had before them.</summary>
    protected RedirectToPageResult Gone()
    {
        Say(DraftWords.Of(new DraftOutcome.NotFound()));
        return Then("/Admin/Policies/Index");
    }
}
