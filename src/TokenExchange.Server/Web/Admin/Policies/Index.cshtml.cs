using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Server.Policies;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>A draft in a list.</summary>
/// <param name="Header">Which.</param>
/// <param name="State">How it stands.</param>
public sealed record ListedDraft(DraftHeader Header, DraftState State);

/// <summary>What is published now, in words, and what is being drafted.</summary>
public sealed class IndexModel(PolicyDrafts drafts, PolicySetStore sets) : AdminPage
{
    private const int PurposesPerPage = 20;
    private const int DraftsPerPage = 10;

    private IReadOnlyList<PurposeGroup> _found = [];
    private IReadOnlyList<DraftHeader> _drafts = [];

    /// <summary>Text to look for in every name; null for all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Find { get; set; }

    /// <summary>An agent to whom the policies shall be open; null for any.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Agent { get; set; }

    /// <summary><c>active</c>, <c>retired</c>, or null for both.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>Which page of purposes, from 1 on.</summary>
    [BindProperty(SupportsGet = true)]
    public int Part { get; set; } = 1;

    /// <summary>Which page of drafts, from 1 on.</summary>
    [BindProperty(SupportsGet = true)]
    public int DraftPart { get; set; } = 1;

    /// <summary>The version that is published; null when none ever was.</summary>
    public PublishedHeader? Published { get; private set; }

    /// <summary>The purposes to show.</summary>
    public IReadOnlyList<PurposeGroup> Groups { get; private set; } = [];

    /// <summary>The drafts to show.</summary>
    public IReadOnlyList<ListedDraft> Drafts { get; private set; } = [];

    /// <summary>The parties that policies name.</summary>
    public PartyNames Names { get; private set; } = null!;

    /// <summary>How many purposes and policies are published.</summary>
    public (int Purposes, int Policies) Counts { get; private set; }

    /// <summary>How many drafts there are.</summary>
    public int DraftCount => _drafts.Count;

    /// <summary>How many purposes were found.</summary>
    public int Found => _found.Count;

    /// <summary>Whether fewer than all are looked for.</summary>
    public bool IsFiltered => !string.IsNullOrWhiteSpace(Find) || !string.IsNullOrEmpty(Agent) || !string.IsNullOrEmpty(State);

    /// <summary>Agents to choose from.</summary>
    public IEnumerable<SelectListItem> AgentItems => [new SelectListItem("any", string.Empty), .. Names.Agents.Select(a => new SelectListItem(a.ClientId, a.ClientId))];

    /// <summary>States to choose from.</summary>
    public IEnumerable<SelectListItem> StateItems => [new SelectListItem("any", string.Empty), new SelectListItem("active", "active"), new SelectListItem("retired", "retired")];

    /// <summary>The page of purposes before this one.</summary>
    public string? Before => Part > 1 ? Link(Part - 1, DraftPart) : null;

    /// <summary>The page of purposes after this one.</summary>
    public string? After => Part * PurposesPerPage < Found ? Link(Part + 1, DraftPart) : null;

    /// <summary>The page of drafts before this one.</summary>
    public string? DraftsBefore => DraftPart > 1 ? Link(Part, DraftPart - 1) : null;

    /// <summary>The page of drafts after this one.</summary>
    public string? DraftsAfter => DraftPart * DraftsPerPage < DraftCount ? Link(Part, DraftPart + 1) : null;

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync()
    {
        var current = await drafts.CurrentAsync(Aborted);
        var content = current.Content;
        Names = new PartyNames(content);
        Counts = (content.Purposes!.Count, content.Policies!.Count);
        Published = await sets.ListAsync(null, 1, Aborted) is [var latest] ? latest : null;
        var agent = string.IsNullOrEmpty(Agent) ? null : Names.Agent(Agent);
        _found = string.IsNullOrEmpty(Agent) || agent is not null
            ? [.. PurposeGroup.Of(content.Purposes!, content.Policies!)
                .Where(g => string.IsNullOrEmpty(State) || g.Purpose?.State == State)
                .Select(g => g.Matching(Find, Names)).OfType<PurposeGroup>()
                .Select(g => agent is null ? g : g.OpenTo(agent)).OfType<PurposeGroup>()]
            : [];
        (Part, DraftPart) = (Math.Clamp(Part, 1, Math.Max(1, (Found + PurposesPerPage - 1) / PurposesPerPage)), Math.Max(1, DraftPart));
        Groups = [.. _found.Skip((Part - 1) * PurposesPerPage).Take(PurposesPerPage)];
        await ReadDraftsAsync(current);
    }

    private async Task ReadDraftsAsync(StoredConfiguration current)
    {
        _drafts = await drafts.ListAsync(Aborted);
        DraftPart = Math.Clamp(DraftPart, 1, Math.Max(1, (DraftCount + DraftsPerPage - 1) / DraftsPerPage));
        var listed = new List<ListedDraft>();
        foreach (var header in _drafts.Skip((DraftPart - 1) * DraftsPerPage).Take(DraftsPerPage))
        {
            // One that was published or deleted a moment ago is no longer listed.
            if (await drafts.FindAsync(header.Id, Aborted) is { } draft)
            {
                listed.Add(new ListedDraft(draft.Header, drafts.Judge(draft, current)));
            }
        }

        Drafts = listed;
    }

    private string Link(int part, int draftPart) => Url.Page("/Admin/Policies/Index", new
    {
        Find, Agent, State, Part = part == 1 ? (int?)null : part, DraftPart = draftPart == 1 ? (int?)null : draftPart,
    })!;
}
