using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>What a draft would change of what is published, and what was published since it was begun.</summary>
public sealed class ChangesModel(PolicyDrafts drafts, PolicySetStore sets) : DraftPage(drafts)
{
    /// <summary>The version of the draft that was seen.</summary>
    [BindProperty]
    public long Seen { get; set; }

    /// <summary>The published version that was looked at.</summary>
    [BindProperty]
    public long BasedOn { get; set; }

    /// <summary>Whether what was published meanwhile shall come into the draft where the draft does not touch it.</summary>
    [BindProperty]
    public bool Take { get; set; } = true;

    /// <summary>What publishing it now would change.</summary>
    public IReadOnlyList<ComparedPurpose> Changes { get; private set; } = [];

    /// <summary>What was published since the version it is based on.</summary>
    public IReadOnlyList<ComparedPurpose> Meanwhile { get; private set; } = [];

    /// <summary>The versions published since, newest first; the last few of them.</summary>
    public IReadOnlyList<PublishedHeader> Since { get; private set; } = [];

    /// <summary>The draft as it would be with what was published meanwhile.</summary>
    public DraftRebase? Rebased { get; private set; }

    /// <summary>What happened instead of what was asked for; null when nothing was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync() => await ShowAsync() ? Page() : NotFound();

    /// <summary>Says that what was published since was looked at; the draft comes after it now.</summary>
    [Needs(Rights.Author)]
    public async Task<IActionResult> OnPostRebaseAsync()
    {
        if (!await ShowAsync())
        {
            return Gone();
        }

        if (!State.Overtaken || BasedOn != State.Published)
        {
            Refusal = State.Overtaken ? $"Version {State.Published} has been published while you were looking. Please look again." : "It is based on what is published already.";
            return Page();
        }

        var merged = Take ? Rebased! : new DraftRebase(Draft.Purposes, Draft.Policies, []);
        var input = new DraftReplacement { Title = Title, BasedOn = BasedOn, Purposes = merged.Purposes, Policies = merged.Policies };
        switch (await Drafts.ReplaceAsync(Id, Seen, input, Caller, CancellationToken.None))
        {
            case DraftOutcome.Written:
                Say($"The draft is based on version {BasedOn} now{(Take ? ", with what that brought where the draft did not say otherwise" : ", and holds what it held")}.");
                return Then("/Admin/Policies/Drafts/Changes", new { id = Id });
            case DraftOutcome.NotFound:
                return Gone();
            case var outcome:
                Refusal = DraftWords.Of(outcome);
                return await ShowAsync() ? Page() : Gone();
        }
    }

    private async Task<bool> ShowAsync()
    {
        if (!await LoadAsync())
        {
            return false;
        }

        Changes = PolicyComparison.Between(PublishedContent, DraftContent);
        if (State.Overtaken)
        {
            var based = await sets.FindAsync(Draft.Header.BasedOn, Aborted);
            Meanwhile = PolicyComparison.Between(based is null ? null : new ExchangeConfiguration { Purposes = based.Purposes, Policies = based.Policies }, PublishedContent);
            Since = [.. (await sets.ListAsync(null, 10, Aborted)).Where(h => h.Version > Draft.Header.BasedOn)];
            Rebased = DraftRebase.Of(Draft, based, Current.Content);
        }

        return true;
    }
}
