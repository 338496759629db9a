using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Policies;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>Two versions of one part: what it has become, and what somebody wanted to make of it.</summary>
/// <param name="By">Who changed the draft last.</param>
/// <param name="Gone">Whether the part was deleted, or has another name by now.</param>
/// <param name="Members">Both beside each other, theirs left.</param>
public sealed record PartConflict(string By, bool Gone, IReadOnlyList<ComparedMember> Members);

/// <summary>A form for one purpose or policy of a draft: nothing that is typed is lost, whatever others do meanwhile.</summary>
public abstract class EditPage<T>(PolicyDrafts drafts, DraftParts parts, DraftedKind<T> kind) : DraftPage(drafts)
    where T : class, new()
{
    /// <summary>Which one, by the name it has in the draft; null for a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    /// <summary>The tag of what was seen.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    /// <summary>Whether it is added, although there was one of this name: somebody else has deleted that, and it shall be there.</summary>
    [BindProperty]
    public bool AsNew { get; set; }

    /// <summary>The field that comes into focus; null for the usual one.</summary>
    public string? Focus { get; protected set; }

    /// <summary>What somebody else has made of it meanwhile; null when nobody has.</summary>
    public PartConflict? Conflict { get; private set; }

    /// <summary>What was typed, where the draft it was for is gone; null otherwise.</summary>
    public string? Lost { get; private set; }

    /// <summary>What it was when the page was opened; null for a new one.</summary>
    protected T? Was { get; private set; }

    /// <summary>Whether a new one is added.</summary>
    public bool IsNew => Name is null || AsNew;

    /// <summary>What a field is called, by its name in the form.</summary>
    public string PlaceOf(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return MemberHelp.Place(kind.Word, FormNames.MemberOf("Input.", field));
    }

    /// <summary>The page itself.</summary>
    protected abstract string EditPageName { get; }

    /// <summary>Reads the part; an answer where there is nothing to edit.</summary>
    protected async Task<IActionResult?> OpenAsync()
    {
        if (!await LoadAsync())
        {
            return NotFound();
        }

        if (Name is null)
        {
            return null;
        }

        if (await parts.FindAsync(Id, kind, Name, Aborted) is not { } part)
        {
            return NotFound();
        }

        (Was, Seen) = (part.Part.Definition, part.Part.Tag);
        Tell(part.Problems.Own);
        return null;
    }

    /// <summary>What it is in the draft now; null when it is not there.</summary>
    protected async Task<T?> WasAsync() => Name is null ? null : (await parts.FindAsync(Id, kind, Name, Aborted))?.Part.Definition;

    /// <summary>Saves what was read from the form.</summary>
    protected async Task<IActionResult> SaveAsync(T part)
    {
        if (string.IsNullOrEmpty(kind.NameOf(part)))
        {
            // Nothing could be said of it afterwards, and no address would lead to it.
            ModelState.AddModelError(FormNames.Of("Input.", kind.NameMember), $"give the {kind.Word} a name; nothing was saved");
            return Page();
        }

        var outcome = IsNew
            ? await parts.AddAsync(Id, kind, part, Caller, CancellationToken.None)
            : await parts.ReplaceAsync(Id, kind, Name!, Seen ?? string.Empty, part, Caller, CancellationToken.None);
        switch (outcome)
        {
            case PartOutcome<T>.Saved(_, { } current, var problems):
                return Saved(current, problems);
            case PartOutcome<T>.Unchanged:
                Say("It was so already; nothing was changed.");
                return Then("/Admin/Policies/Drafts/Index", new { id = Id });
            case PartOutcome<T>.Conflict(var current, var submitted, var by):
                return Meet(current, submitted ?? part, by);
            case PartOutcome<T>.AlreadyExists:
                ModelState.AddModelError(FormNames.Of("Input.", kind.NameMember), $"there is a {kind.Word} of this name already; choose another name");
                return Page();
            case PartOutcome<T>.Invalid(var problems):
                return Refuse(problems);
            case PartOutcome<T>.NotFound:
                return Lose(part);
            default:
                ModelState.AddModelError(string.Empty, DraftWords.Of(outcome));
                return Page();
        }
    }

    /// <summary>Says what is wrong beside the fields.</summary>
    protected PageResult Refuse(IEnumerable<MemberProblem> problems)
    {
        Tell(problems);
        return Page();
    }

    /// <summary>Shows what was typed where there is no longer a draft to put it into.</summary>
    protected PageResult Lose(T? part)
    {
        Lost = JsonSerializer.Serialize(part ?? new T(), ConfigurationJson.Indented);
        return Page();
    }

    private void Tell(IEnumerable<MemberProblem> problems)
    {
        foreach (var problem in problems.Select(FormNames.InWords))
        {
            ModelState.AddModelError(FormNames.Of("Input.", problem.Member), problem.Message);
        }
    }

    private RedirectToPageResult Saved(Item<T> current, ItemProblems problems)
    {
        if (problems.Own.Count == 0)
        {
            Say($"Saved: {kind.Word} {kind.NameOf(current.Definition)}.");
            return Then("/Admin/Policies/Drafts/Index", new { id = Id });
        }

        Say("Saved in the draft. What is marked keeps it from being published.");
        return Then(EditPageName, new { id = Id, name = kind.NameOf(current.Definition) });
    }

    // What was typed stays in the form, now against what the part has become: sent once more it goes on top of that.
    private PageResult Meet(Item<T>? current, T submitted, string by)
    {
        ModelState.Remove(nameof(Seen));
        ModelState.Remove(nameof(AsNew));
        (Seen, AsNew) = (current?.Tag, current is null);
        Conflict = new PartConflict(by, current is null, [.. SideBySide.Of(current?.Definition, submitted).Where(m => m.Changed)]);
        return Page();
    }
}

/// <summary>A conflict as a page shows it.</summary>
/// <param name="Kind"><c>purpose</c> or <c>policy</c>.</param>
/// <param name="Name">Which one.</param>
/// <param name="Conflict">Both versions.</param>
/// <param name="TakeTheirs">The form with theirs.</param>
/// <param name="Leave">The draft, where theirs is that it is gone.</param>
public sealed record ConflictView(string Kind, string Name, PartConflict Conflict, string TakeTheirs, string Leave);
