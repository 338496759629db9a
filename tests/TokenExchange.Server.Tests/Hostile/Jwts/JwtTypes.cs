using System.Text.Json.Nodes;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>A JWT made for one use is good for no other (RFC 8725 §3.11, §3.12).</summary>
internal static class JwtTypes
{
    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        .. new[]
        {
            "logout+jwt", "secevent+jwt", "token-introspection+jwt", "dpop+jwt", "oauth-authz-req+jwt", "oauth-id-jag+jwt", "kb+jwt", "vc+sd-jwt", "jwk-set+jwt", "entity-statement+jwt",
            "wit+jwt", "txntoken+jwt", "request+jwt", "JWS", "JOSE", "none", "at+jwt;a=b", "at+jwt JWT", "*",
        }.Select(type => JwtCorpus.Header($"typ {type}", Refusals.Type, "typ", type)),
        JwtCorpus.Header("typ at+jwt", Refusals.Type with { Own = null, App = null }, "typ", "at+jwt"),
        JwtCorpus.Header("typ application/at+jwt", Refusals.Type with { Own = null, App = null }, "typ", "application/at+jwt"),
        JwtCorpus.Header("typ JWT", Refusals.Type with { Subject = null, Client = false }, "typ", "JWT"),
        JwtCorpus.Header("typ is missing", Refusals.Type with { Subject = null, Client = false }, h => h.Remove("typ")),
        JwtCorpus.Header("typ client-authentication+jwt", Refusals.Type with { Client = false }, "typ", "client-authentication+jwt"),
        JwtCorpus.Header("typ is empty", Refusals.Form, "typ", ""),
        JwtCorpus.Header("typ is null", Refusals.Form, "typ", null),
        JwtCorpus.Header("typ is a number", Refusals.Form, "typ", 1),
        JwtCorpus.Header("typ is an array", Refusals.Form, "typ", new JsonArray("JWT", "at+jwt")),
        JwtCorpus.Header("typ holds NUL", Refusals.Form, "typ", "JWT\0"),

        .. OfOtherUses,
    ];

    /// <summary>Those that only their claims tell from a session assertion.</summary>
    public static IReadOnlyList<string> ByClaims { get; } = [.. OfOtherUses.Select(row => row.Name)];

    // Older ones carry no typ of their own, only claims. What a client signs as its own assertion is the client's affair, and actor tokens are ours to sign.
    private static IEnumerable<BadJwt> OfOtherUses =>
    [
        Of("a logout token", c => (c["events"], c["nonce"]) = (new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() }, null)),
        Of("a security event", c => c["events"] = new JsonObject { ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"] = new JsonObject() }),
        Of("an event whose member is no object", c => c["events"] = "x"),
        Of("an introspection answer", c => c["token_introspection"] = new JsonObject { ["active"] = true }),
        Of("a refresh token", c => c["typ"] = "Refresh"),
        Of("an offline token", c => c["typ"] = "Offline"),
        Of("an access token of the identity provider", c => c["typ"] = "Bearer"),
        Of("a logout token by its claim", c => c["typ"] = "logout"),
    ];

    private static BadJwt Of(string name, Action<JsonObject> change) =>
        JwtCorpus.Payload(name, new Refusals("subject_token_malformed", null, false, null), d => change(d.Payload));
}
