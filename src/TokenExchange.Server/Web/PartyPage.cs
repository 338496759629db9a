using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web;

/// <summary>What somebody else has made of a party since it was seen, beside what whoever is here would make of it.</summary>
/// <param name="Word">What it is called, e.g. <c>client</c>.</param>
/// <param name="IsGone">Whether it was deleted.</param>
/// <param name="Members">Theirs and ours, where they differ.</param>
public sealed record PartyConflict(string Word, bool IsGone, IReadOnlyList<ComparedMember> Members);

/// <summary>
/// A page that edits one issuer, client or resource: it knows what was seen of the party, and puts everything that can come of a change beside the form, in which what was
/// typed stays.
/// </summary>
public abstract class PartyPage<T>(ItemEditor items, PartyKind<T> kind) : AdminPage
    where T : class, new()
{
    /// <summary>Which party, by its name.</summary>
    [BindProperty(SupportsGet = true, Name = "id")]
    public string? Id { get; set; }

    /// <summary>The tag of what was seen of it.</summary>
    [BindProperty]
    public string? Tag { get; set; }

    /// <summary>The party as it is now.</summary>
    public T Shown { get; private set; } = new();

    /// <summary>Set when somebody else was faster.</summary>
    public PartyConflict? Conflict { get; private set; }

    /// <summary>What would be wrong with other items.</summary>
    public IReadOnlyList<OtherProblem> Others { get; private set; } = [];

    /// <summary>Edits it.</summary>
    protected ItemEditor Items => items;

    /// <summary>The kind of party.</summary>
    protected PartyKind<T> Kind => kind;

    /// <summary>Its name; empty when none was given.</summary>
    protected string Name => Id ?? string.Empty;

    /// <summary>The tag of what was seen; one that nothing has when none was sent.</summary>
    protected string Seen => Tag ?? string.Empty;

    /// <summary>The full name of the field in which a member of the definition is edited.</summary>
    protected abstract string FieldOf(string member);

    /// <summary>Who edits.</summary>
    protected async Task<Editing> EditingAsync() => new(Caller, await MayAsync(Rights.Publish));

    /// <summary>Looks the party up; false when there is none. Somebody who looks for the first time sees it as it is.</summary>
    protected async Task<bool> FindAsync(bool firstLook)
    {
        if (await items.FindAsync(kind, Name, Aborted) is not { } found)
        {
            return false;
        }

        Shown = found.Definition;
        Tag = firstLook ? found.Tag : Tag;
        return true;
    }

    /// <summary>Says what came of a change. Null: it was made, or was so already. Otherwise the answer: this page with what is wrong.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="done">What is said on the next page; null says nothing.</param>
    protected async Task<IActionResult?> RefusedAsync(ItemOutcome<T> outcome, string? done)
    {
        switch (outcome)
        {
            case ItemOutcome<T>.Saved:
                if (done is not null)
                {
                    Say(done);
                }

                return null;
            case ItemOutcome<T>.Unchanged:
                Say("It was so already; nothing was changed.");
                return null;
            case ItemOutcome<T>.NotFound:
                return NotFound();
            case ItemOutcome<T>.Invalid(var problems):
                Explain(problems.Own.Select(p => new MemberProblem(FieldOf(p.Member), PartyWords.InForms(p.Message))));
                Others = problems.Others;
                break;
            case ItemOutcome<T>.AlreadyExists:
                ModelState.AddModelError(FieldOf(kind.NameMember), $"there is one of this name already; write another, or change that one");
                break;
            case ItemOutcome<T>.Forbidden(var why):
                ModelState.AddModelError(string.Empty, PartyWords.Of(why));
                break;
            case ItemOutcome<T>.Conflict(var current, var submitted):
                Conflict = new PartyConflict(kind.Word, current is null, [.. SideBySide.Of(current?.Definition, submitted).Where(m => m.Changed)]);
                (Shown, Tag) = (current?.Definition ?? submitted ?? new T(), current?.Tag);
                return Page();
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }

        return Id is null || await FindAsync(firstLook: false) ? Page() : NotFound();
    }
}
