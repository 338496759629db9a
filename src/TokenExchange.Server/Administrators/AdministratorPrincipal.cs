using System.Security.Claims;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>An administrator as requests carry one. What the browser brings is the id of a session; the rest is read from the database with each request.</summary>
public static class AdministratorPrincipal
{
    /// <summary>The account's id.</summary>
    public const string Subject = "sub";

    /// <summary>The user name.</summary>
    public const string UserName = "name";

    /// <summary>How people call this administrator.</summary>
    public const string DisplayName = "display_name";

    /// <summary>A role; one claim each.</summary>
    public const string Role = "role";

    internal const string SessionId = "sid";

    /// <summary>Who is signed in, as records name them.</summary>
    /// <exception cref="InvalidOperationException">Nobody is: the endpoint asks for no right.</exception>
    public static Caller CallerOf(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return new Caller(AdministratorRecords.CallerId(Required(http.User, UserName)), http.Connection.RemoteIpAddress);
    }

    /// <summary>The account of who is signed in.</summary>
    /// <exception cref="InvalidOperationException">Nobody is: the endpoint asks for no right.</exception>
    public static string AccountOf(ClaimsPrincipal user) => Required(user, Subject);

    /// <summary>Whether who is signed in has a right.</summary>
    public static bool Has(ClaimsPrincipal user, string right)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Identities.Any(i => i.IsAuthenticated && i.AuthenticationType == AdministratorSchemes.Session)
            && user.FindAll(Role).Any(role => Roles.RightsOf(role.Value).Contains(right, StringComparer.Ordinal));
    }

    /// <summary>What the browser keeps.</summary>
    internal static ClaimsPrincipal OfSession(string sessionId) => Of(new Claim(SessionId, sessionId));

    internal static ClaimsPrincipal Of(AdministratorSession session, string sessionId) =>
        Of([new(SessionId, sessionId), new(Subject, session.AccountId), new(UserName, session.UserName), new(DisplayName, session.DisplayName), .. session.Roles.Select(r => new Claim(Role, r))]);

    internal static string? SessionOf(ClaimsPrincipal? user) => user?.FindFirst(SessionId)?.Value;

    private static ClaimsPrincipal Of(params IEnumerable<Claim> claims) => new(new ClaimsIdentity(claims, AdministratorSchemes.Session, UserName, Role));

    private static string Required(ClaimsPrincipal user, string claim) => user.Identities.FirstOrDefault(i => i.AuthenticationType == AdministratorSchemes.Session)?.FindFirst(claim)?.Value
        ?? throw new InvalidOperationException("Nobody is signed in as an administrator.");
}
