using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tests.Laws;

namespace TokenExchange.Core.Tests.Fuzzing;

/// <summary>A text somebody hands to a parser.</summary>
public sealed record Input(string Text)
{
    // Control characters would hide what it is.
    public override string ToString() => string.Concat(Text.Select(c => char.IsAsciiLetterOrDigit(c) || char.IsPunctuation(c) || char.IsSymbol(c) || c == ' ' ? c.ToString() : $"\\u{(int)c:x4}"));
}

/// <summary>A scope parameter.</summary>
public sealed record ScopeText(string Text);

/// <summary>A resource parameter.</summary>
public sealed record ResourceText(string Text);

/// <summary>JSON, or what once was JSON: claims of an actor token, an act chain, a may_act.</summary>
public sealed record JsonText(string Text);

/// <summary>A compact JWT, or what once was one.</summary>
public sealed record JwtText(string Text);

/// <summary>Inputs that know the grammar of what they attack: mostly valid texts with little damage, some of them noise.</summary>
public static class Hostile
{
    private static readonly Gen<string> s_scopes = Gen.Elements("mail.read", "mail.read mail.send", "a", "! # [ ] ~", "openid offline_access", "A a", "x y x");

    private static readonly Gen<string> s_resources =
        from scheme in Gen.Elements("https", "HTTP", "urn", "spiffe", "custom", "file", "mailto", "news", "ftp", "ldap", "ws", "x")
        from middle in Gen.Elements("://", ":", ":/", ":///")
        from user in Gen.Frequency((8, Gen.Constant(string.Empty)), (1, Gen.Elements("user@", "u:p@", "@")))
        from host in Gen.Elements("mail.example", "MAIL.example.", "127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:192.0.2.1]", "[fe80::1%25eth0]", "xn--mnchen-3ya.example", "a..b", "-", "1.2.3", "[v1.a]", "a_b")
        from port in Gen.Elements(string.Empty, string.Empty, ":443", ":80", ":0", ":65536", ":", ":08")
        from path in Gen.Elements(string.Empty, "/", "/a", "/a/../b", "/./", "/%2e%2e/", "/a%2Fb", "/a;b", "//", "/a//", "/%41", "/a:b", "\\a")
        select $"{scheme}{middle}{user}{host}{port}{path}";

    private static readonly Gen<string> s_claims = Generators.ActorTokens().Generator.Select(t => t.ToClaims().ToJsonString());

    private static readonly Gen<string> s_act = Generators.ActorTokens().Generator.Select(t => t.Chain.ToJson().ToJsonString());

    private static readonly Gen<string> s_mayAct = Generators.ActorTokens().Generator.Select(t => t.MayAct?.ToJson().ToJsonString() ?? "{\"sub\":\"a\"}");

    // JSON that no claim of ours looks like.
    private static readonly Gen<string> s_strange =
        from depth in Gen.Elements(1, 8, 23, 24, 25, 64, 200)
        from open in Gen.Elements("[", "{\"a\":", "{\"act\":", "{\"sub\":\"s\",\"iss\":\"i\",\"act\":")
        from inner in Gen.Elements("1", "null", "{}", "\"x\"", "{\"sub\":\"t\",\"iss\":\"i\"}", "\"\\ud800\"", "1e999")
        from number in Gen.Choose(0, 99)
        select string.Concat(Enumerable.Range(0, depth).Select(n => open.Replace("\"s\"", $"\"s{(number < 50 ? n : number)}\"", StringComparison.Ordinal))) + inner
            + string.Concat(Enumerable.Repeat(open[0] == '[' ? "]" : "}", depth));

    private static readonly Gen<string> s_headers = Gen.Elements(
        """{"alg":"ES256","typ":"JWT","kid":"k"}""", """{"alg":"none"}""", """{"alg":"HS256","kid":"../../etc/passwd"}""", """{"typ":"at+jwt","alg":"ES256","crit":["exp"]}""", """{"alg":"ES256","b64":false}""",
        """{"alg":"ES256","zip":"DEF"}""", """{"alg":"ES256","alg":"none"}""", """{"alg":["ES256"]}""", """{"alg":"ES256","kid":null}""", """{"alg":"ES256","jwk":{"kty":"oct","k":"AAAA"}}""",
        """{"alg":"RSA-OAEP","enc":"A256GCM"}""", """{ "alg" : "ES256" }""", """{"alg":"ES256","typ":"application/AT+JWT"}""", """{"\u0061lg":"ES256"}""");

    public static Arbitrary<Input> Inputs() => With(Gen.OneOf(Mutations.Noise, Mutations.Odd, Mutations.Damaged(s_scopes), Mutations.Damaged(s_resources), Mutations.Damaged(s_claims)), t => new Input(t), i => i.Text);

    public static Arbitrary<ScopeText> ScopeTexts() => With(Gen.Frequency((6, Mutations.Damaged(s_scopes)), (1, Mutations.Noise)), t => new ScopeText(t), i => i.Text);

    public static Arbitrary<ResourceText> ResourceTexts() => With(Gen.Frequency((3, s_resources), (6, Mutations.Damaged(s_resources)), (1, Mutations.Noise)), t => new ResourceText(t), i => i.Text);

    public static Arbitrary<JsonText> JsonTexts() =>
        With(Gen.Frequency((6, Mutations.Damaged(s_claims)), (4, Mutations.Damaged(s_act)), (4, Mutations.Damaged(s_mayAct)), (2, s_strange), (1, Mutations.Damaged(s_strange))), t => new JsonText(t), i => i.Text);

    public static Arbitrary<JwtText> JwtTexts() => With(Gen.Frequency((8, Jwt), (4, Mutations.Damaged(Jwt)), (1, Mutations.Noise)), t => new JwtText(t), i => i.Text);

    // Lone surrogates are no text a file could hold.
    public static Arbitrary<ConfigurationText> ConfigurationTexts() => With(
        Mutations.Damaged(Generators.AnySituation.Select(s => JsonSerializer.Serialize(new ExchangeConfiguration { Purposes = s.Purposes, Policies = s.Policies }, ConfigurationJson.Compact)))
            .Select(t => new string([.. t.Where(c => !char.IsSurrogate(c))])),
        t => new ConfigurationText(t), i => i.Text);

    private static Gen<string> Jwt =>
        from header in Gen.Frequency((4, Gen.Constant("""{"alg":"ES256","typ":"at+jwt","kid":"k"}""")), (2, s_headers), (2, Mutations.Damaged(s_headers)))
        from payload in Gen.Frequency((3, s_claims), (4, Mutations.Damaged(s_claims)), (1, s_strange))
        from signature in Gen.Frequency((6, Gen.Constant("c2ln")), (1, Gen.Elements(string.Empty, "AA==", "A", "c2ln.c2ln", "+/+/", "AB")))
        from how in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
        select $"{Encode(header, how)}.{Encode(payload, how)}.{signature}";

    // Base64url as it should be, or padded, or in the other alphabet, or in another encoding, or with bits left over.
    private static string Encode(string text, int how)
    {
        var bytes = how == 3 ? Encoding.Unicode.GetBytes(text) : how == 4 ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text);
        var padded = Convert.ToBase64String(bytes);
        return how switch { 1 => padded.Replace('+', '-').Replace('/', '_'), 2 => padded, _ => padded.TrimEnd('=').Replace('+', '-').Replace('/', '_') };
    }

    // Shorter texts first: halves, then single characters.
    private static Arbitrary<T> With<T>(Gen<string> texts, Func<string, T> make, Func<T, string> read) => Arb.From(texts.Select(make), value =>
    {
        var text = read(value);
        return (text.Length < 2 ? [] : new[] { text[..(text.Length / 2)], text[(text.Length / 2)..] })
            .Concat(Enumerable.Range(0, Math.Min(text.Length, 400)).Select(n => text.Remove(n, 1)))
            .Select(make);
    });
}
