using Microsoft.AspNetCore.Authorization;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Issuers;

/// <summary>Asks before a trusted issuer is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items, LiveDelegations live) : DeletePage<IssuerDefinition>(items, ItemKinds.Issuers, "/Admin/Issuers/Index")
{
    /// <inheritdoc />
    protected override string Done => $"{Name} is no longer trusted. What was done on its word stays on record.";

    /// <inheritdoc />
    protected override async Task<string> LossAsync()
    {
        var lent = (await live.ListAsync(new LiveFilter { Issuer = Name }, Now, null, 1, Aborted)).Delegations.Count > 0;
        return "Nothing it signed is believed any more." + (lent ? " Agents act for its users at this moment: this server calls those tokens dead at once, relying apps that check offline when they expire." : " Nobody acts for its users at the moment.");
    }
}
