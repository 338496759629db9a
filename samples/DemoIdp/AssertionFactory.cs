using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;

namespace DemoIdp;

/// <summary>What an assertion shall say.</summary>
/// <param name="User">Whose session: one of <see cref="DemoUsers"/>.</param>
/// <param name="Audience">For whom: the exchange server's issuer, or for an ID token the app's client id.</param>
/// <param name="Presenter">The only client that may present it (<c>azp</c>); null leaves that open.</param>
/// <param name="LifetimeSeconds">From now to <c>exp</c>; negative makes an assertion that has expired.</param>
/// <param name="AuthAgeSeconds">How long ago the user signed in; null is when the session began, or now for a session that is named.</param>
/// <param name="Acr">How strongly; null says nothing of it.</param>
/// <param name="SessionId">Which session; null is the user's one session while this program runs.</param>
/// <param name="Extra">Further claims; one of the same name replaces what would have been written.</param>
public sealed record AssertionRequest(
    string? User, string? Audience, string? Presenter = null, int LifetimeSeconds = 600, int? AuthAgeSeconds = null, string? Acr = null, string? SessionId = null, JsonObject? Extra = null);

/// <summary>
/// Signs session assertions for demo users. It asks for no password: whoever can call it is whoever they say. For demos and tests only.
/// </summary>
/// <param name="keys">The key to sign with.</param>
/// <param name="sessions">The users' sessions.</param>
/// <param name="time">The clock.</param>
/// <param name="issuer">This identity provider's issuer; asked late, because its port may be known only after the start.</param>
public sealed class AssertionFactory(DemoIdpKeys keys, DemoSessions sessions, TimeProvider time, Func<string> issuer)
{
    private readonly JsonWebTokenHandler _writer = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The <c>iss</c> of every assertion.</summary>
    public string Issuer => issuer();

    /// <summary>Signs an assertion.</summary>
    /// <exception cref="ArgumentException">There is no such user, or no audience.</exception>
    public string Create(AssertionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var user = DemoUsers.Get(request.User);
        if (string.IsNullOrEmpty(request.Audience))
        {
            throw new ArgumentException("Audience is missing. Write the issuer of the exchange server, for example http://localhost:5080.", nameof(request));
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = user.Id,
            ["aud"] = request.Audience,
            ["iat"] = now,
            ["exp"] = now + request.LifetimeSeconds,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["sid"] = request.SessionId ?? sessions.Of(user.Id),
            ["auth_time"] = request.AuthAgeSeconds is { } age ? now - age : request.SessionId is null ? sessions.BeganAt(user.Id) : now,
            ["amr"] = new JsonArray("pwd"),
        };
        AddIfSaid(claims, "acr", request.Acr);
        AddIfSaid(claims, "azp", request.Presenter);
        AddIfSaid(claims, "department", user.Department);
        foreach (var (name, value) in request.Extra ?? [])
        {
            claims[name] = value?.DeepClone();
        }

        return Sign(claims);
    }

    /// <summary>Signs what this identity provider says.</summary>
    internal string Sign(JsonObject claims) => _writer.CreateToken(claims.ToJsonString(), keys.Credentials);

    /// <summary>
    /// Ends a session, so that the user's next assertion is of a new one, and signs what tells of it: a security event token (RFC 8417) with the event
    /// session-revoked of OpenID CAEP.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such user, or no session.</exception>
    public string EndSession(SignOutRequest request, string audience)
    {
        ArgumentNullException.ThrowIfNull(request);
        var user = DemoUsers.Get(request.User).Id;
        var session = request.SessionId ?? sessions.End(user) ?? throw new ArgumentException($"{user} has no session.", nameof(request));
        sessions.End(user, session);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["iat"] = now,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["sub_id"] = new JsonObject
            {
                ["format"] = "complex",
                ["user"] = new JsonObject { ["format"] = "iss_sub", ["iss"] = Issuer, ["sub"] = user },
                ["session"] = new JsonObject { ["format"] = "opaque", ["id"] = session },
            },
            ["events"] = new JsonObject
            {
                ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"] = new JsonObject { ["event_timestamp"] = now, ["initiating_entity"] = "user" },
            },
        };
        return _writer.CreateToken(claims.ToJsonString(), keys.Credentials, new Dictionary<string, object>(StringComparer.Ordinal) { ["typ"] = "secevent+jwt" });
    }

    private static void AddIfSaid(JsonObject claims, string name, string? value)
    {
        if (value is not null)
        {
            claims[name] = value;
        }
    }
}
