using Microsoft.AspNetCore.Authorization;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>Asks before a client is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items, LiveDelegations live) : DeletePage<ClientDefinition>(items, ItemKinds.Clients, "/Admin/Agents/Index")
{
    /// <inheritdoc />
    protected override string Done => $"{Name} is deleted. What it did stays on record.";

    /// <inheritdoc />
    protected override async Task<string> LossAsync()
    {
        var acts = (await live.ListAsync(new LiveFilter { Agent = Name }, Now, null, 1, Aborted)).Delegations.Count > 0;
        return "It can no longer sign in, and its credentials are gone." + (acts ? " It acts for users at this moment: this server calls those tokens dead at once, relying apps that check offline when they expire." : " It acts for nobody at the moment.");
    }
}
