using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace DemoIdp.SignIn;

/// <summary>Who is signed in with a browser.</summary>
/// <param name="User">The user.</param>
/// <param name="Session">The user's session, as assertions and ID tokens call it.</param>
/// <param name="AuthTime">When they signed in, in seconds since 1970.</param>
public sealed record BrowserSession(DemoUser User, string Session, long AuthTime);

/// <summary>
/// Remembers who signed in with which browser, by a cookie that says nothing in itself. It is over with the user's session, wherever that was ended.
/// </summary>
/// <param name="sessions">The users' sessions.</param>
/// <param name="time">The clock.</param>
public sealed class BrowserSessions(DemoSessions sessions, TimeProvider time)
{
    private const string Cookie = "demo-idp";

    private readonly ConcurrentDictionary<string, BrowserSession> _byCookie = new(StringComparer.Ordinal);

    /// <summary>Who is signed in; null for nobody.</summary>
    public BrowserSession? Find(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Request.Cookies[Cookie] is { } id && _byCookie.TryGetValue(id, out var found) && sessions.IsCurrent(found.User.Id, found.Session) ? found : null;
    }

    /// <summary>Signs somebody in: the cookie is a new one, whatever the browser brought.</summary>
    public BrowserSession Begin(HttpContext http, DemoUser user)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(user);
        Forget(http);
        var id = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        http.Response.Cookies.Append(Cookie, id, new CookieOptions { HttpOnly = true, IsEssential = true, Path = "/", SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps });
        return _byCookie[id] = new BrowserSession(user, sessions.Of(user.Id), time.GetUtcNow().ToUnixTimeSeconds());
    }

    /// <summary>Forgets who is signed in with this browser; the user's session goes on elsewhere.</summary>
    public void Forget(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.Request.Cookies[Cookie] is { } id)
        {
            _byCookie.TryRemove(id, out _);
        }

        http.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/" });
    }
}
