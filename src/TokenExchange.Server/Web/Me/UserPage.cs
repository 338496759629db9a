using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Me;

namespace TokenExchange.Server.Web.Me;

/// <summary>What every page of a user has. Whose page it is, only the sign-in says: no address, and no field of a form.</summary>
[Authorize(AuthenticationSchemes = SignedInUser.Scheme)]
[NeedsNoRight]
public abstract class UserPage(CatalogSource catalogs) : PageModel
{
    /// <summary>Whose page it is.</summary>
    public SignedInUser Who => SignedInUser.Of(User) ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The names of things, as they are configured now.</summary>
    public PlainNames Names { get; private set; } = null!;

    /// <summary>The clock, as pages show it.</summary>
    public DateTimeOffset Now => HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Ends with the request, for what is only read.</summary>
    protected CancellationToken Aborted => HttpContext.RequestAborted;

    /// <summary>The user, as one who acts.</summary>
    protected Caller Caller => Who.Calling(HttpContext.Connection.RemoteIpAddress);

    /// <summary>Reads the names.</summary>
    protected async Task ReadNamesAsync()
    {
        ViewData["Who"] = Who.Name;
        Names = new PlainNames(await catalogs.CurrentAsync(Aborted));
    }
}
