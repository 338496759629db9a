using TokenExchange.Server.Administrators;
using TokenExchange.Server.Hosting;

namespace TokenExchange.Server.Web.Admin.Access;

/// <summary>Where to go after a sign-in: a page of the administration and nothing else, whatever was asked for.</summary>
internal static class LocalUrl
{
    private static readonly LocalAddress s_pages = new("/admin", 2048, "/admin/api", AdministratorSchemes.SignInPath, AdministratorSchemes.SignedInPath, "/admin/sign-out");

    /// <summary>What was asked for, if it is below <c>/admin</c> and no way to sign in or out itself; else the overview.</summary>
    public static string Of(string? asked) => s_pages.Of(asked);
}
