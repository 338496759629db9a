using Microsoft.AspNetCore.Authorization;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>Asks before a resource is deleted, and deletes it.</summary>
[Authorize(Rights.Configure)]
public sealed class DeleteModel(ItemEditor items) : DeletePage<ResourceDefinition>(items, ItemKinds.Resources, "/Admin/Resources/Index")
{
    /// <inheritdoc />
    protected override string Done => $"{Name} is deleted. What happened there stays on record.";

    /// <inheritdoc />
    protected override Task<string> LossAsync() => Task.FromResult("No token is issued for it any more, its scopes are gone, and this server calls the tokens for it dead at once.");
}
