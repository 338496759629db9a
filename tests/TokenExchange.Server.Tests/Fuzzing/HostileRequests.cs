using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tests.Fuzzing;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Fuzzing;

/// <summary>A configuration file, or what once was one.</summary>
public sealed record ConfigurationText(string Text);

/// <summary>A key set, or what once was one.</summary>
public sealed record KeySetText(string Text);

/// <summary>The parameters of a request, each with its values.</summary>
public sealed record Form(IReadOnlyList<(string Name, string Value)> Parameters)
{
    public override string ToString() => string.Join(" & ", Parameters.Select(p => $"{p.Name}={p.Value}"));
}

/// <summary>A compact JWT, signed by nobody in particular.</summary>
public sealed record JwtText(string Text);

/// <summary>Inputs for the server's own parsers, and the parameters for its endpoints: valid ones with damage.</summary>
public static class HostileRequests
{
    private static readonly string s_configuration = JsonSerializer.Serialize(World.Configuration, ConfigurationJson.Compact);

    private static readonly string s_keySet = new JsonObject
    {
        ["keys"] = new JsonArray(
            new TestKey("ec").Jwk(withPrivate: false),
            new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = "rsa", ["n"] = Convert.ToBase64String(new byte[256]).TrimEnd('='), ["e"] = "AQAB" },
            new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" },
            new JsonObject { ["kty"] = "OKP", ["crv"] = "Ed25519", ["x"] = "AAAA", ["use"] = "enc" }),
    }.ToJsonString();

    private static readonly string s_privateKeySet = new JsonObject { ["keys"] = new JsonArray(new TestKey("ec").Jwk(withPrivate: true)) }.ToJsonString();

    private static readonly string[] s_parameters =
    [
        "grant_type", "subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type", "resource", "audience", "scope", "purpose", "authorization_details",
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "token", "token_type_hint",
    ];

    private static readonly string[] s_values =
    [
        GrantTypes.TokenExchange, "refresh_token", "client_credentials", TokenTypes.Jwt, TokenTypes.IdToken, TokenTypes.AccessToken, "urn:ietf:params:oauth:token-type:saml2", World.Mail, World.Calendar,
        $"{World.Mail}/", World.Triage, "mail.read", "mail.read mail.label", "mail.send", World.InboxAgent, World.SummaryAgent, "disabled-agent", World.MailApi, World.Secret, "a.b.c",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", """[{"type":"purpose","purpose":"inbox.triage"}]""", """[{"type":"purpose","purpose":["inbox.triage"]}]""", "[]", "access_token",
    ];

    /// <summary>Claims of an assertion and headers of a JWT, both damaged or not, signed by the issuer or not.</summary>
    public static Gen<string> Jwt { get; } =
        from payload in Mutations.Damaged(Gen.Fresh(() => World.Claims(DateTimeOffset.UtcNow).ToJsonString()))
        from header in Gen.Frequency(
            (6, Gen.Constant("""{"alg":"ES256","kid":"idp-1","typ":"JWT"}""")),
            (2, Gen.Elements("""{"alg":"none"}""", """{"alg":"ES256"}""", """{"alg":"HS256","kid":"idp-1"}""", """{"alg":"ES256","kid":"../x"}""", """{"alg":"ES256","crit":["exp"]}""", """{"alg":"ES256","typ":"at+jwt","kid":"idp-1"}""")),
            (3, Mutations.Damaged(Gen.Constant("""{"alg":"ES256","kid":"idp-1","typ":"JWT"}"""))))
        from signed in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        let whole = Sign(header, payload, signed)
        from text in Gen.Frequency((7, Gen.Constant(whole)), (1, Mutations.Damaged(Gen.Constant(whole))))
        select text;

    private static readonly Gen<string> s_value = Gen.Frequency((4, Gen.Elements(s_values)), (3, Mutations.Damaged(Gen.Elements(s_values))), (3, Jwt), (1, Mutations.Odd), (1, Mutations.Noise));

    public static Gen<Form> AnyForm { get; } =
        from count in Gen.Choose(0, 5)
        from keep in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        from assertion in Jwt
        from changes in (
            from name in Gen.Frequency((8, Gen.Elements(s_parameters)), (1, Mutations.Damaged(Gen.Elements(s_parameters))), (1, Mutations.Odd))
            from value in s_value
            from replaces in Gen.Elements(true, true, false)
            select (name, value, replaces)).ListOf(5)

        // Decoded form values are text: what was not has been replaced on the way in.
        let whole = (Func<string, string>)(t => new string([.. t.Where(c => !char.IsSurrogate(c))]))
        select new Form(changes.Take(count).Aggregate(keep ? Usual(assertion) : [], (form, c) => [.. c.replaces ? form.Where(p => p.Name != c.name) : form, (whole(c.name), whole(c.value))]));

    public static Arbitrary<ConfigurationText> ConfigurationTexts() =>
        (from text in Mutations.Damaged(Gen.Constant(s_configuration)) select new ConfigurationText(text)).ToArbitrary();

    public static Arbitrary<KeySetText> KeySetTexts() =>
        (from text in Gen.Frequency((8, Mutations.Damaged(Gen.Constant(s_keySet))), (1, Mutations.Damaged(Gen.Constant(s_privateKeySet))), (1, Mutations.Noise)) select new KeySetText(text)).ToArbitrary();

    public static Arbitrary<Form> Forms() => Arb.From(AnyForm, f => f.Parameters.Select((_, n) => new Form([.. f.Parameters.Where((_, m) => m != n)])));

    public static Arbitrary<JwtText> JwtTexts() => (from text in Jwt select new JwtText(text)).ToArbitrary();

    private static IReadOnlyList<(string Name, string Value)> Usual(string assertion) =>
    [
        ("grant_type", GrantTypes.TokenExchange), ("subject_token", assertion), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage),
        ("client_id", World.InboxAgent), ("client_secret", World.Secret), ("token", assertion),
    ];

    // What cannot be written as UTF-8 is replaced on the way, as a client would.
    private static string Sign(string header, string payload, bool signed)
    {
        static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
        return signed ? World.IdpKey.Sign(header, payload) : $"{Encode(header)}.{Encode(payload)}.{Encode(header)}";
    }
}
