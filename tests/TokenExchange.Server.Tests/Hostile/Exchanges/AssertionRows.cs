using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Jwts;
using TokenExchange.Server.Tests.Wire;

namespace TokenExchange.Server.Tests.Hostile.Exchanges;

/// <summary>Session assertions whose signature is right and whose story is not. Those that <c>ErrorTableTests</c> has are not here again.</summary>
internal static class AssertionRows
{
    private const string StepUp = """
        ,"acr_values":"phr","max_age":300
        """;

    public static IReadOnlyList<HostileExchange> Rows { get; } =
    [
        .. new (string Name, JsonNode? Value)[]
        {
            ("null", null), ("empty", new JsonObject()), ("a string", "inbox-agent"), ("an array", new JsonArray()), ("our own agent", new JsonObject { ["sub"] = World.InboxAgent }),
            ("forged, with actors inside", new JsonObject { ["sub"] = World.InboxAgent, ["act"] = new JsonObject { ["sub"] = "ceo-assistant", ["iss"] = "https://stranger.example" } }),
        }.Select(act => HostileExchange.Claims($"act is {act.Name}", "subject_token_bound", c => c["act"] = act.Value?.DeepClone())),
        .. new (string Name, JsonNode? Value)[] { ("null", null), ("empty", new JsonObject()), ("a certificate", new JsonObject { ["x5t#S256"] = "x" }) }
            .Select(cnf => HostileExchange.Claims($"cnf is {cnf.Name}", "subject_token_bound", c => c["cnf"] = cnf.Value?.DeepClone())),

        .. new (string Name, JsonNode? Value)[]
        {
            ("null", null), ("empty", new JsonObject()), ("true", true), ("an empty array", new JsonArray()), ("an array of names", new JsonArray(World.InboxAgent)), ("without sub", new JsonObject { ["iss"] = "https://idp.example" }),
            ("of a number", new JsonObject { ["sub"] = 1 }), ("of sub and an iss of null", new JsonObject { ["sub"] = World.InboxAgent, ["iss"] = null }), ("of several subs", new JsonObject { ["sub"] = new JsonArray(World.InboxAgent) }),
            ("of 33 parties", new JsonArray([.. Enumerable.Range(0, 33).Select(i => new JsonObject { ["sub"] = i == 32 ? World.InboxAgent : $"agent-{i}" })])),
            ("an array in an array", new JsonArray(new JsonArray(new JsonObject { ["sub"] = World.InboxAgent }))),
        }.Select(may => HostileExchange.Claims($"may_act is {may.Name}", "subject_token_claims", c => c["may_act"] = may.Value?.DeepClone())),
        .. new (string Name, JsonObject Value)[]
        {
            ("in other case", new JsonObject { ["sub"] = "Inbox-Agent" }), ("that only begins like it", new JsonObject { ["sub"] = "inbox-agent-2" }), ("of everybody", new JsonObject { ["sub"] = "*" }),
            ("by client_id", new JsonObject { ["sub"] = "x", ["client_id"] = World.InboxAgent }), ("inside act", new JsonObject { ["sub"] = "x", ["act"] = new JsonObject { ["sub"] = World.InboxAgent } }),
            ("at an issuer like ours", new JsonObject { ["sub"] = World.InboxAgent, ["iss"] = "http://127.0.0.1/" }),
        }.Select(may => HostileExchange.Claims($"may_act names an agent {may.Name}", "actor_not_named", c => c["may_act"] = may.Value.DeepClone())),
        new("may_act names us with a slash behind the issuer", "actor_not_named", w => w.Server.HopAsync(
            World.InboxAgent, w.Server.Assertion(c => c["may_act"] = new JsonObject { ["sub"] = World.InboxAgent, ["iss"] = w.Server.Issuer + "/" }), TokenTypes.Jwt)),
        new("may_act names others only", "actor_not_named", w => w.Server.HopAsync(
            World.InboxAgent, w.Server.Assertion(c => c["may_act"] = new JsonArray(new JsonObject { ["sub"] = World.SummaryAgent }, new JsonObject { ["sub"] = World.KeyAgent })), TokenTypes.Jwt)),

        .. new (string Name, Action<JsonObject, long> Change)[]
        {
            ("acr is weaker", (c, now) => (c["acr"], c["auth_time"]) = ("pwd", now)), ("acr is missing", (c, now) => { c["auth_time"] = now; c.Remove("acr"); }),
            ("acr is in other case", (c, now) => (c["acr"], c["auth_time"]) = ("PHR", now)), ("acr is two in one string", (c, now) => (c["acr"], c["auth_time"]) = ("pwd phr", now)),
            ("acr stands in amr", (c, now) => (c["amr"], c["auth_time"]) = (new JsonArray("phr"), now)), ("acr stands in acr_values", (c, now) => (c["acr_values"], c["auth_time"]) = ("phr", now)),
            ("auth_time is older", (c, now) => (c["acr"], c["auth_time"]) = ("phr", now - 301)), ("auth_time is missing", (c, _) => { c["acr"] = "phr"; c.Remove("auth_time"); }),
            ("auth_time is zero", (c, _) => (c["acr"], c["auth_time"]) = ("phr", 0)),
        }.Select(weak => new HostileExchange($"{weak.Name} than the purpose needs", "step_up_needed", w => Answering(w, c => weak.Change(c, w.Server.Now.ToUnixTimeSeconds()))) { More = StepUp }
            .As(ErrorCodes.InsufficientUserAuthentication)),
        .. new (string Name, string Claim, JsonNode? Value)[]
        {
            ("acr is an array", "acr", new JsonArray("phr")), ("acr is null", "acr", null), ("acr is a number", "acr", 3), ("acr is empty", "acr", ""), ("amr is a number", "amr", 1), ("amr holds a number", "amr", new JsonArray("pwd", 1)),
            ("amr has 17 entries", "amr", new JsonArray([.. Enumerable.Range(0, 17).Select(i => JsonValue.Create($"m{i}"))])), ("amr has an entry of 256 characters", "amr", new JsonArray(new string('m', 256))),
            ("amr holds a line break", "amr", new JsonArray("pwd\notp")), ("amr holds NUL", "amr", new JsonArray("pwd\0")), ("amr is full", "amr", new JsonArray([.. Enumerable.Repeat("m", 2_000).Select(m => JsonValue.Create(m))])),
            ("sub turns the direction of writing", "sub", "alice\u202Ebob"), ("sub has a space of no width", "sub", "key-agent\u200B"), ("sub has a separator of lines", "sub", "alice\u2028bob"),
            ("auth_time has a fraction", "auth_time", 1772445600.5), ("auth_time is null", "auth_time", null), ("auth_time is negative", "auth_time", -1), ("scope is an array", "scope", new JsonArray("mail.read")), ("scope is a number", "scope", 1),
            ("scope is null", "scope", null), ("sid is a number", "sid", 1), ("sid is empty", "sid", ""),
        }.Select(odd => HostileExchange.Claims(odd.Name, "subject_token_claims", c => c[odd.Claim] = odd.Value?.DeepClone())),

        .. new[] { World.SummaryAgent, World.MailApi, "disabled-agent", "expired-agent", "corp|alice", "inbox-mallory", "rsa|" }
            .Select(sub => HostileExchange.Claims($"sub is '{sub}', which is somebody else's", "subject_ambiguous", c => c["sub"] = sub)),
        new("sub is this server", "subject_ambiguous", w => w.Server.HopAsync(World.InboxAgent, w.Server.Assertion(c => c["sub"] = w.Server.Issuer), TokenTypes.Jwt)),
        new("sub becomes a client id behind its prefix", "subject_ambiguous", w => Corp(w, HostileWorld.Prefix, TokenTypes.Jwt, c => c["sub"] = "agent")),

        new("a JWT of an issuer of ID tokens", "issuer_not_trusted", w => Corp(w, HostileWorld.IdTokensOnly, TokenTypes.Jwt)),
        new("an ID token of an issuer of JWTs", "issuer_not_trusted", w => Corp(w, HostileWorld.JwtsOnly, TokenTypes.IdToken)),
        new("a session assertion called access token", "subject_token_malformed", w => Corp(w, HostileWorld.Corp, TokenTypes.AccessToken)),
        new("a session assertion of typ at+jwt called access token", "subject_token_signature", w => w.Server.HopAsync(World.InboxAgent, World.Assertion(w.Server.Now, header: h => h["typ"] = "at+jwt"), TokenTypes.AccessToken)),
        new("a forged actor token of the identity provider's key", "subject_token_signature", w => w.Server.HopAsync(World.InboxAgent, World.IdpKey.Sign(Jwt.Payload(w.OwnToken), h => h["typ"] = "at+jwt"), TokenTypes.AccessToken)),
        new("an actor token called ID token", "issuer_not_trusted", w => w.Server.HopAsync(World.InboxAgent, w.OwnToken, TokenTypes.IdToken)),
        new("a client assertion called JWT", "issuer_not_trusted", w => w.Server.HopAsync(World.InboxAgent, ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1].Item2!, TokenTypes.Jwt)),
        new("a client assertion called access token", "subject_token_malformed", w => w.Server.HopAsync(World.InboxAgent, ClientAuthenticationTests.AssertionOf(w.Server, World.KeyAgent)[1].Item2!, TokenTypes.AccessToken)),

        .. new[] { "RS384", "RS512", "PS256", "PS512" }.Select(alg => Rsa($"the right RSA key with {alg}, which the issuer is not allowed", d => d.SignedBy(HostileWorld.RsaKey, alg))),
        Rsa("HS256 with the RSA key's PEM as the secret", d => Hmac(d, Encoding.ASCII.GetBytes(HostileWorld.RsaKey.ExportSubjectPublicKeyInfoPem()))),
        Rsa("HS256 with the RSA key's PEM and a line break as the secret", d => Hmac(d, Encoding.ASCII.GetBytes(HostileWorld.RsaKey.ExportSubjectPublicKeyInfoPem() + "\n"))),
        Rsa("HS256 with the RSA key's PKCS#1 PEM as the secret", d => Hmac(d, Encoding.ASCII.GetBytes(HostileWorld.RsaKey.ExportRSAPublicKeyPem()))),
        Rsa("HS256 with the RSA key's DER as the secret", d => Hmac(d, HostileWorld.RsaKey.ExportSubjectPublicKeyInfo())),
        Rsa("HS256 with the RSA key's modulus as the secret", d => Hmac(d, HostileWorld.RsaKey.ExportParameters(includePrivateParameters: false).Modulus!)),
        Rsa("ES256 under the RSA key's kid", d => d.Sign()),
        Rsa("an RSA signature of one", d =>
        {
            d.Header["alg"] = "RS256";
            return d.With([.. new byte[255], 1]);
        }),
    ];

    private static Task<Answer> Answering(HostileWorld world, Action<JsonObject> change) =>
        world.Server.HopAsync(World.InboxAgent, world.Server.Assertion(change), TokenTypes.Jwt, ("purpose", "mail.answer"));

    private static Task<Answer> Corp(HostileWorld world, string issuer, string type, Action<JsonObject>? change = null)
    {
        var claims = World.Claims(world.Server.Now);
        claims["iss"] = issuer;
        change?.Invoke(claims);
        return world.Server.HopAsync(World.InboxAgent, HostileWorld.CorpKey.Sign(claims), type);
    }

    private static HostileExchange Rsa(string name, Func<Draft, string> sign) => new(name, "subject_token_signature", w =>
    {
        var claims = World.Claims(w.Server.Now);
        claims["iss"] = HostileWorld.RsaIssuer;
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = "rsa-1", ["typ"] = "JWT" };
        return w.Server.HopAsync(World.InboxAgent, sign(new Draft(header, claims, HostileWorld.CorpKey, World.IdpKey, w.Trap, 0)), TokenTypes.Jwt);
    });

    private static string Hmac(Draft draft, byte[] secret)
    {
        draft.Header["alg"] = "HS256";
        return draft.With(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(draft.Input)));
    }
}
