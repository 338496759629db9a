using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web;

/// <summary>Asks before an issuer, client or resource is deleted, and deletes it.</summary>
/// <param name="items">Deletes it.</param>
/// <param name="kind">The kind of party.</param>
/// <param name="list">The page to go to once it is gone.</param>
public abstract class DeletePage<T>(ItemEditor items, PartyKind<T> kind, string list) : PartyPage<T>(items, kind)
    where T : class, new()
{
    /// <summary>What is asked.</summary>
    public DeleteQuestion Question { get; private set; } = null!;

    /// <summary>What is said once it is gone.</summary>
    protected abstract string Done { get; }

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await FindAsync(firstLook: true) ? await AskAsync(Page()) : NotFound();

    /// <summary>Deletes it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync() =>
        await RefusedAsync(await Items.DeleteAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), Done) is { } refused ? await AskAsync(refused) : Then(list);

    /// <summary>What is lost with it, in sentences.</summary>
    protected abstract Task<string> LossAsync();

    /// <inheritdoc />
    protected override string FieldOf(string member) => string.Empty;

    private async Task<IActionResult> AskAsync(IActionResult answer)
    {
        Question = new DeleteQuestion(Name, Tag, await LossAsync(), await Items.ReferencesAsync(Kind, Name, Aborted) ?? [], Others, PartyWords.AddressOf(Kind.Word, Name)!);
        return answer;
    }
}
