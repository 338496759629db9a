namespace TokenExchange.Server.Web.Admin;

/// <summary>The overview.</summary>
public sealed class IndexModel : AdminPage
{
}
