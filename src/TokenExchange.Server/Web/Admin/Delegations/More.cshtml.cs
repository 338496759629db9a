using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Delegations;

/// <summary>Chooses what to end, where it is more than one delegation.</summary>
[Authorize(Rights.Revoke)]
public sealed class MoreModel(ConfigurationEditor editor) : AdminPage
{
    /// <summary>What is configured, to choose from.</summary>
    public ExchangeConfiguration Configured { get; private set; } = new();

    /// <summary>Agents to choose from.</summary>
    public IEnumerable<SelectListItem> Agents => Configured.Clients!.Where(c => ClientKind.IsAgent(c.Kind)).Select(c => new SelectListItem($"{c.Name} ({c.ClientId})", c.ClientId));

    /// <summary>Shows the choices.</summary>
    public async Task OnGetAsync() => Configured = await editor.ExportAsync(Aborted);
}
