using System.Globalization;
using System.Net;
using System.Security.Claims;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Me;

/// <summary>A user who is signed in to see which agents act for them; all that their cookie says of them.</summary>
/// <param name="Subject">The user, as <c>sub</c> of tokens.</param>
/// <param name="Issuer">The trusted issuer that vouches for them.</param>
/// <param name="Name">What people call them; where the issuer does not say, what the issuer calls them.</param>
/// <param name="Session">Their session, as <c>sid</c> of tokens.</param>
/// <param name="AuthTime">When they authenticated; null when the issuer does not say.</param>
public sealed record SignedInUser(string Subject, string Issuer, string Name, string Session, DateTimeOffset? AuthTime)
{
    /// <summary>The authentication scheme of whoever is signed in at <c>/me</c>; a page there says <c>[Authorize(AuthenticationSchemes = SignedInUser.Scheme)]</c>.</summary>
    public const string Scheme = "Me";

    /// <summary>Before the subject of a user who acts, wherever it stands on record: no client is called so.</summary>
    public const string CallerPrefix = "user:";

    private const string NameClaim = "name";

    /// <summary>Who is signed in; null when nobody is, at <c>/me</c>.</summary>
    public static SignedInUser? Of(ClaimsPrincipal? principal)
    {
        if (principal?.Identity is not ClaimsIdentity { IsAuthenticated: true, AuthenticationType: Scheme } identity)
        {
            return null;
        }

        var authTime = identity.FindFirst(ClaimNames.AuthTime)?.Value;
        return new SignedInUser(
            Text(ClaimNames.Subject), Text(ClaimNames.Issuer), Text(NameClaim), Text(ClaimNames.SessionId),
            authTime is null ? null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(authTime, CultureInfo.InvariantCulture)));

        string Text(string type) => identity.FindFirst(type)?.Value ?? throw new InvalidOperationException($"A user is signed in without {type}.");
    }

    /// <summary>As one who calls.</summary>
    public Caller Calling(IPAddress? source) => new(CallerPrefix + Subject, source);

    /// <summary>As the framework knows them.</summary>
    internal ClaimsIdentity ToIdentity()
    {
        var identity = new ClaimsIdentity(Scheme, NameClaim, roleType: null);
        identity.AddClaim(new Claim(ClaimNames.Subject, Subject));
        identity.AddClaim(new Claim(ClaimNames.Issuer, Issuer));
        identity.AddClaim(new Claim(NameClaim, Name));
        identity.AddClaim(new Claim(ClaimNames.SessionId, Session));
        if (AuthTime is { } time)
        {
            identity.AddClaim(new Claim(ClaimNames.AuthTime, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64));
        }

        return identity;
    }
}
