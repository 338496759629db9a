using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>Asks before a client is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items, LiveDelegations live) : PartyPage<ClientDefinition>(items, ItemKinds.Clients)
{
    /// <summary>What is asked.</summary>
    public DeleteQuestion Question { get; private set; } = null!;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await FindAsync(firstLook: true) ? await AskAsync(Page()) : NotFound();

    /// <summary>Deletes it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync() =>
        await RefusedAsync(await Items.DeleteAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), $"{Name} is deleted. What it did stays on record.") is { } refused
            ? await AskAsync(refused)
            : Then("/Admin/Agents/Index");

    /// <inheritdoc />
    protected override string FieldOf(string member) => string.Empty;

    private async Task<IActionResult> AskAsync(IActionResult answer)
    {
        var acts = (await live.ListAsync(new LiveFilter { Agent = Name }, Now, null, 1, Aborted)).Delegations.Count > 0;
        Question = new DeleteQuestion(
            Name, Tag,
            "It can no longer sign in, and its credentials are gone." + (acts ? " It acts for users at this moment: this server calls those tokens dead at once, relying apps that check offline when they expire." : " It acts for nobody at the moment."),
            await Items.ReferencesAsync(Kind, Name, Aborted) ?? [], Others, PartyWords.AddressOf("client", Name)!);
        return answer;
    }
}
