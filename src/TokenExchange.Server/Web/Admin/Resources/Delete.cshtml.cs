using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>Asks before a resource is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items) : PartyPage<ResourceDefinition>(items, ItemKinds.Resources)
{
    /// <summary>What is asked.</summary>
    public DeleteQuestion Question { get; private set; } = null!;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await FindAsync(firstLook: true) ? await AskAsync(Page()) : NotFound();

    /// <summary>Deletes it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync() =>
        await RefusedAsync(await Items.DeleteAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), $"{Name} is deleted. What happened there stays on record.") is { } refused
            ? await AskAsync(refused)
            : Then("/Admin/Resources/Index");

    /// <inheritdoc />
    protected override string FieldOf(string member) => string.Empty;

    private async Task<IActionResult> AskAsync(IActionResult answer)
    {
        Question = new DeleteQuestion(
            Name, Tag, "No token is issued for it any more, its scopes are gone, and this server calls the tokens for it dead at once.",
            await Items.ReferencesAsync(Kind, Name, Aborted) ?? [], Others, PartyWords.AddressOf("resource", Name)!);
        return answer;
    }
}
