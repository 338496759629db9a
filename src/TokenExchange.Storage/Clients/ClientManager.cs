using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Storage.Clients;

/// <summary>
/// How OpenIddict sees clients, should it ask: a disabled or expired one does not exist. Who a client is, the server finds out by itself.
/// </summary>
public sealed class ClientManager(
    IOpenIddictApplicationCache<ClientRow> cache,
    ILogger<OpenIddictApplicationManager<ClientRow>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<ClientRow> store,
    TimeProvider clock)
    : OpenIddictApplicationManager<ClientRow>(cache, logger, options, store)
{
    /// <inheritdoc />
    public override async ValueTask<ClientRow?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        var client = await base.FindByClientIdAsync(identifier, cancellationToken);
        return client is not null && new ClientDefinition { Enabled = client.Enabled, Expires = client.Expires }.IsUsable(clock.GetUtcNow()) ? client : null;
    }
}
