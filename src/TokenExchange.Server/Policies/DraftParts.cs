using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Policies;

/// <summary>One part of a draft, with what is wrong with it.</summary>
/// <param name="Draft">The draft it is of.</param>
/// <param name="Part">The part.</param>
/// <param name="Problems">What is wrong with it, and elsewhere in the draft.</param>
public sealed record DraftPart<T>(PolicyDraft Draft, Item<T> Part, ItemProblems Problems);

/// <summary>
/// Edits one purpose or one policy of a draft. Who edits says by a tag what they have seen of that part: two who edit different parts of one draft do not meet, and
/// of those of one part none loses anything.
/// </summary>
public sealed class DraftParts(PolicyDrafts drafts)
{
    /// <summary>One part of a draft; null when there is no such draft or part.</summary>
    public async Task<DraftPart<T>?> FindAsync<T>(string id, DraftedKind<T> kind, string name, CancellationToken cancellationToken)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(kind);
        return await drafts.FindAsync(id, cancellationToken) is { } draft && kind.Find(Content(draft), name) is { } part
            ? new DraftPart<T>(draft, part, await drafts.ProblemsAsync(draft, kind, name, cancellationToken))
            : null;
    }

    /// <summary>Adds a purpose or policy to a draft.</summary>
    public Task<PartOutcome<T>> AddAsync<T>(string id, DraftedKind<T> kind, T part, Caller caller, CancellationToken cancellationToken)
        where T : class, new() => InDraftAsync(id, new PartChange<T>(kind, null, null, part), caller, cancellationToken);

    /// <summary>Writes a purpose or policy of a draft anew, if it is still as it was seen. It may get another name: policies follow their purpose.</summary>
    /// <param name="id">The draft.</param>
    /// <param name="kind"><see cref="ItemKinds.Purposes"/> or <see cref="ItemKinds.Policies"/>.</param>
    /// <param name="name">Which one, by the name it had; of several of one name in a draft that is wrong, the first.</param>
    /// <param name="seen">The tag of what was seen.</param>
    /// <param name="part">What it becomes.</param>
    /// <param name="caller">Who.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<PartOutcome<T>> ReplaceAsync<T>(string id, DraftedKind<T> kind, string name, string seen, T part, Caller caller, CancellationToken cancellationToken)
        where T : class, new() => InDraftAsync(id, new PartChange<T>(kind, name, seen, part), caller, cancellationToken);

    /// <summary>Deletes a purpose or policy from a draft, if it is still as it was seen. What refers to it is told as a problem, and stays.</summary>
    public Task<PartOutcome<T>> DeleteAsync<T>(string id, DraftedKind<T> kind, string name, string seen, Caller caller, CancellationToken cancellationToken)
        where T : class, new() => InDraftAsync(id, new PartChange<T>(kind, name, seen, null), caller, cancellationToken);

    /// <summary>Gives a draft another title.</summary>
    public async Task<DraftOutcome> RetitleAsync(string id, long seen, string title, Caller caller, CancellationToken cancellationToken) =>
        !DraftInputValidator.IsLine(title, 200) ? new DraftOutcome.Invalid([new MemberProblem("title", DraftInputValidator.TitleExpected)])
        : await drafts.FindAsync(id, cancellationToken) is not { } draft ? new DraftOutcome.NotFound()
        : await drafts.ReplaceAsync(id, seen, new DraftReplacement { Title = title, Purposes = draft.Purposes, Policies = draft.Policies }, caller, cancellationToken);

    private static ExchangeConfiguration Content(PolicyDraft draft) => new() { Purposes = draft.Purposes, Policies = draft.Policies };

    // Another part may change at any time: then this change is made to what the draft has become.
    private async Task<PartOutcome<T>> InDraftAsync<T>(string id, PartChange<T> change, Caller caller, CancellationToken cancellationToken)
        where T : class, new()
    {
        while (true)
        {
            if (await drafts.FindAsync(id, cancellationToken) is not { } draft)
            {
                return new PartOutcome<T>.NotFound();
            }

            if (change.Obstacle(Content(draft), draft.Header.UpdatedBy, out var part) is { } obstacle)
            {
                return obstacle;
            }

            var content = change.Apply(Content(draft), part);
            var replacement = new DraftReplacement { Title = draft.Header.Title, Purposes = content.Purposes, Policies = content.Policies };
            if (await OutcomeAsync(change.Kind, part, await drafts.ReplaceAsync(id, draft.Header.Version, replacement, caller, cancellationToken), cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }
    }

    // Null when somebody was faster.
    private async Task<PartOutcome<T>?> OutcomeAsync<T>(DraftedKind<T> kind, T? part, DraftOutcome outcome, CancellationToken cancellationToken)
        where T : class, new() => outcome switch
    {
        DraftOutcome.Written(var draft) => new PartOutcome<T>.Saved(
            draft, part is null ? null : ItemKind<T>.Tagged(part), await drafts.ProblemsAsync(draft, kind, part is null ? null : kind.NameOf(part), cancellationToken)),
        DraftOutcome.Stale => null,
        DraftOutcome.NotFound => new PartOutcome<T>.NotFound(),
        DraftOutcome.Invalid(var problems) => new PartOutcome<T>.Invalid(problems),
        _ => throw new InvalidOperationException("Unknown outcome."),
    };
}
