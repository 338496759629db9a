using TokenExchange.Server.Configuration;
using TokenExchange.Server.Revocations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Web.Me;

/// <summary>Asks once more before everything is stopped.</summary>
public sealed class StopAllModel(Revoker revoker, CatalogSource catalogs) : UserPage(catalogs)
{
    /// <summary>What that would stop now.</summary>
    public RevocationReach Reach { get; private set; } = new(0, 0, [], 0);

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync()
    {
        await ReadNamesAsync();
        Reach = await revoker.PreviewAsync(new Root(RootKind.Subject, Who.Subject), Aborted);
    }
}
