using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>Asks before a trusted issuer is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items, LiveDelegations live) : PartyPage<IssuerDefinition>(items, ItemKinds.Issuers)
{
    /// <summary>What is asked.</summary>
    public DeleteQuestion Question { get; private set; } = null!;

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync() => await FindAsync(firstLook: true) ? await AskAsync(Page()) : NotFound();

    /// <summary>Deletes it.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync() =>
        await RefusedAsync(await Items.DeleteAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), $"{Name} is no longer trusted. What was done on its word stays on record.") is { } refused
            ? await AskAsync(refused)
            : Then("/Admin/Issuers/Index");

    /// <inheritdoc />
    protected override string FieldOf(string member) => string.Empty;

    private async Task<IActionResult> AskAsync(IActionResult answer)
    {
        var lent = (await live.ListAsync(new LiveFilter { Issuer = Name }, Now, null, 1, Aborted)).Delegations.Count > 0;
        Question = new DeleteQuestion(
            Name, Tag,
            "Nothing it signed is believed any more." + (lent ? " Agents act for its users at this moment: this server calls those tokens dead at once, relying apps that check offline when they expire." : " Nobody acts for its users at the moment."),
            await Items.ReferencesAsync(Kind, Name, Aborted) ?? [], Others, PartyWords.AddressOf("issuer", Name)!);
        return answer;
    }
}
