using System.Text.Json.Nodes;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>Claims of the right kind, about the right time, for the right reader; all under a right signature.</summary>
internal static class JwtClaims
{
    private const string Malformed = "subject_token_claims";
    private const string Expired = "subject_token_expired";
    private const string Audience = "subject_token_audience";
    private const string OtherIssuer = "The token was issued by someone else.";
    private const string NotYet = "The token is not valid yet.";
    private const string OtherResource = "The token is for another resource.";
    private const string NotOneResource = "The token is not for exactly one resource.";

    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        Missing("iss", Malformed, OtherIssuer),
        Missing("sub", Malformed, ActorToken("sub")),
        Missing("aud", Audience, NotOneResource),
        Missing("exp", Malformed, "The token does not expire."),
        Missing("iat", Malformed, ActorToken("iat"), client: false),
        Missing("jti", null, ActorToken("jti")),
        Null("iss", Refusals.Claims(Malformed, OtherIssuer)),
        Null("sub", Refusals.Claims(Malformed, ActorToken("sub"))),
        Null("aud", Refusals.Claims(Malformed, NotOneResource)),
        Null("exp", Refusals.Unreadable),
        Null("iat", Refusals.Unreadable),
        Null("jti", Refusals.Claims(Malformed, ActorToken("jti"))),

        Issuer("in other case", iss => iss.ToUpperInvariant()),
        Issuer("with a trailing slash", iss => iss + "/"),
        Issuer("with a trailing dot", iss => iss + "."),
        Issuer("with a space before it", iss => " " + iss),
        Issuer("with a port that goes without saying", iss => iss + ":443"),
        Issuer("with a query", iss => iss + "?"),
        Issuer("with a fragment", iss => iss + "#"),
        Issuer("of a stranger", _ => "https://stranger.example"),
        Of("iss of another believed party", "subject_token_signature", OtherIssuer, d => d.Payload["iss"] = HostileWorld.Corp),
        Of("iss with a line break", Malformed, OtherIssuer, d => d.Payload["iss"] = (string)d.Payload["iss"]! + "\n"),
        Of("iss is empty", Malformed, OtherIssuer, d => d.Payload["iss"] = ""),

        Of("sub is empty", Malformed, ActorToken("sub"), d => d.Payload["sub"] = ""),
        Of("sub is a number", Malformed, ActorToken("sub"), d => d.Payload["sub"] = 7),
        Of("sub holds a line break", Malformed, ActorToken("sub"), d => d.Payload["sub"] = "alice\r\nadmin"),
        Of("sub holds NUL", Malformed, ActorToken("sub"), d => d.Payload["sub"] = "alice\0"),
        Of("sub is 256 characters long", Malformed, ActorToken("sub"), d => d.Payload["sub"] = new string('a', 256)),
        Unreadable("sub is an object", d => d.Payload["sub"] = new JsonObject { ["id"] = "alice" }),

        Of("aud is of a stranger", Audience, OtherResource, d => d.Payload["aud"] = "https://stranger.example"),
        Of("aud is empty", Malformed, OtherResource, d => d.Payload["aud"] = ""),
        Of("aud is an empty array", Audience, NotOneResource, d => d.Payload["aud"] = new JsonArray()),
        Unreadable("aud is a number", d => d.Payload["aud"] = 5),
        Unreadable("aud is an object", d => d.Payload["aud"] = new JsonObject { ["aud"] = "x" }),
        Of("aud has a stranger besides", Audience, NotOneResource, d => d.Payload["aud"] = new JsonArray(d.Payload["aud"]!.DeepClone(), "https://stranger.example")),
        Of("aud has a stranger before", Audience, NotOneResource, d => d.Payload["aud"] = new JsonArray("https://stranger.example", d.Payload["aud"]!.DeepClone())),
        Unreadable("aud has a number besides", d => d.Payload["aud"] = new JsonArray(d.Payload["aud"]!.DeepClone(), 5)),
        Unreadable("aud is nested", d => d.Payload["aud"] = new JsonArray(new JsonArray(d.Payload["aud"]!.DeepClone()))),
        Of("aud is several in one string", Audience, OtherResource, d => d.Payload["aud"] = (string)d.Payload["aud"]! + " https://stranger.example"),
        Of("aud only begins like it", Audience, OtherResource, d => d.Payload["aud"] = (string)d.Payload["aud"]! + ".stranger.example"),
        Of("aud has a path", Audience, OtherResource, d => d.Payload["aud"] = (string)d.Payload["aud"]! + "/inbox"),

        // A relying app lets its clock and the server's differ by five seconds.
        Of("exp is now", Expired, null, d => d.Payload["exp"] = d.Now),
        Of("exp was a minute ago", Expired, "The token has expired.", d => d.Payload["exp"] = d.Now - 60),
        Of("exp is zero", Expired, "The token has expired.", d => d.Payload["exp"] = 0),
        Of("exp is negative", Malformed, "The token has expired.", d => d.Payload["exp"] = -1),
        .. Times("exp", ActorToken("exp")),
        Of("iat is ahead", Expired, NotYet, d => d.Payload["iat"] = d.Now + 60),
        Of("iat is just beyond the skew", Expired, NotYet, d => d.Payload["iat"] = d.Now + 6),
        Of("iat is negative", Malformed, ActorToken("iat"), d => d.Payload["iat"] = -1),
        .. Times("iat", ActorToken("iat")),
        Of("nbf is ahead", Expired, NotYet, d => d.Payload["nbf"] = d.Now + 60),
        Of("nbf is just beyond the skew", Expired, NotYet, d => d.Payload["nbf"] = d.Now + 6),
        .. Times("nbf", NotYet),

        Unreadable("jti is a number", d => d.Payload["jti"] = 1),
        Of("jti is empty", Malformed, ActorToken("jti"), d => d.Payload["jti"] = ""),
        Of("jti is 256 characters long", Malformed, ActorToken("jti"), d => d.Payload["jti"] = new string('j', 256)),
    ];

    private static BadJwt Missing(string claim, string? subject, string app, bool client = true) =>
        JwtCorpus.Payload($"{claim} is missing", Refusals.Claims(subject, app, client), d => d.Payload.Remove(claim));

    private static BadJwt Null(string claim, Refusals refusals) => JwtCorpus.Payload($"{claim} is null", refusals, claim, null);

    private static IEnumerable<BadJwt> Times(string claim, string app) =>
    [
        .. new (string Name, JsonNode Value)[] { ("a string", "9999999999"), ("a fraction", 9999999999.5), ("beyond the year 9999", 253402300800) }
            .Select(v => JwtCorpus.Payload($"{claim} is {v.Name}", Refusals.Claims(Malformed, app), claim, v.Value)),
        .. new (string Name, JsonNode Value)[]
        {
            ("a date", "2036-01-01T00:00:00Z"), ("true", true), ("an array", new JsonArray(9999999999)), ("an object", new JsonObject()), ("1e308", 1e308), ("beyond 64 bits", 18446744073709551615),
        }.Select(v => JwtCorpus.Payload($"{claim} is {v.Name}", Refusals.Unreadable, claim, v.Value)),
    ];

    private static BadJwt Issuer(string name, Func<string, string> change) =>
        Of($"iss {name}", "issuer_not_trusted", OtherIssuer, d => d.Payload["iss"] = change((string)d.Payload["iss"]!));

    private static BadJwt Of(string name, string? subject, string? app, Action<Draft> change) => JwtCorpus.Payload(name, Refusals.Claims(subject, app), change);

    private static BadJwt Unreadable(string name, Action<Draft> change) => JwtCorpus.Payload(name, Refusals.Unreadable, change);

    private static string ActorToken(string claim) => $"The token is not an actor token: {claim} is missing or malformed.";
}
