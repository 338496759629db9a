using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;
using TokenExchange.Server.Status;

namespace TokenExchange.Server.Web.Admin.About;

/// <summary>What runs here, and whether it is well.</summary>
public sealed class IndexModel(Health health, IOptions<ExchangeSettings> settings) : AdminPage
{
    /// <summary>How it is.</summary>
    public HealthReport Report { get; private set; } = null!;

    /// <summary>This server's issuer.</summary>
    public string Issuer => settings.Value.Issuer;

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync() => Report = await health.LookAsync(Aborted);
}
