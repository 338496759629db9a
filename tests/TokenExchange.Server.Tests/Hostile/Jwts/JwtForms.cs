using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Server.Tests.Hostile.Jwts;

/// <summary>One serialization, three segments, strict JSON in strict UTF-8; all of it signed by the right key, so that nothing else is wrong.</summary>
internal static class JwtForms
{
    public static IReadOnlyList<BadJwt> Rows { get; } =
    [
        new("flattened JSON serialization", Refusals.Form, d => d.Parts() is var p ? $$"""{"protected":"{{p[0]}}","payload":"{{p[1]}}","signature":"{{p[2]}}"}""" : ""),
        new("general JSON serialization", Refusals.Form, d => d.Parts() is var p ? $$"""{"payload":"{{p[1]}}","signatures":[{"protected":"{{p[0]}}","signature":"{{p[2]}}"}]}""" : ""),
        new("JSON serialization hidden in three segments", Refusals.Form, d => d.Parts() is var p ? $$"""{"a":".","payload":"{{p[1]}}.{{p[2]}}"}""" : ""),
        new("in braces", Refusals.Form, d => $"{{{d.Sign()}}}"),
        new("in quotes", Refusals.Form, d => $"\"{d.Sign()}\""),
        new("in apostrophes", Refusals.Form, d => $"'{d.Sign()}'"),
        new("behind the word Bearer", Refusals.Form, d => $"Bearer {d.Sign()}"),
        new("two with a comma between", Refusals.Form, d => $"{d.Sign()},{d.Sign()}"),
        new("two with a space between", Refusals.Form, d => $"{d.Sign()} {d.Sign()}"),

        // An Authorization field is trimmed before it is read (RFC 9110 §5.5).
        new("behind a space", Refusals.Form with { App = null }, d => $" {d.Sign()}"),
        new("before a space", Refusals.Form with { App = null }, d => $"{d.Sign()} "),
        new("before a line break", Refusals.Form with { App = null }, d => $"{d.Sign()}\n"),
        new("with a space inside", Refusals.Form, d => d.Sign().Insert(20, " ")),
        new("with a tab inside", Refusals.Form, d => d.Sign().Insert(20, "\t")),
        new("padded", Refusals.Form, d => d.Sign() + "=="),
        new("in base64 instead of base64url", Refusals.Form, Base64),
        new("percent-encoded dots", Refusals.Form, d => d.Sign().Replace(".", "%2E", StringComparison.Ordinal)),
        new("two segments", Refusals.Form, d => string.Join('.', d.Parts()[..2])),
        new("four segments", Refusals.Form, d => d.Sign() + ".AAAA"),
        new("a dot behind it", Refusals.Form, d => d.Sign() + "."),
        new("only dots", Refusals.Form, _ => ".."),
        new("no header", Refusals.Form, d => d.Parts() is var p ? $".{p[1]}.{p[2]}" : ""),
        new("no payload", Refusals.Form, d => d.Parts() is var p ? $"{p[0]}..{p[2]}" : ""),
        new("no signature", Refusals.Form, d => d.Parts() is var p ? $"{p[0]}.{p[1]}." : ""),
        new("a header of one character", Refusals.Form, d => d.Parts() is var p ? $"A.{p[1]}.{p[2]}" : ""),
        new("a JWE", Refusals.Form, d => Jwe(d.PayloadText, """{"alg":"dir","enc":"A256GCM"}""")),
        new("a JWE around a right JWS", Refusals.Form, d => Jwe(d.Sign(), """{"alg":"dir","enc":"A256GCM","cty":"JWT"}""")),
        new("a JWE with a huge p2c", Refusals.Form, d => Jwe(d.Sign(), """{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2s":"c2FsdHNhbHQ","p2c":2147483647}""")),
        new("a JWE that is compressed", Refusals.Form, d => Jwe(d.Sign(), """{"alg":"dir","enc":"A256GCM","zip":"DEF"}""")),
        new("an unsigned JWT in a signed one", Refusals.Form, d =>
        {
            var inner = JwtAlgorithms.Unsigned(d with { Header = d.Header.DeepClone().AsObject() }, "none");
            d.Header["cty"] = "JWT";
            return d.Key.Sign(d.HeaderText, inner);
        }),
        new("a signed JWT in an unsigned one", Refusals.Form, d => $"{Encode("""{"alg":"none","cty":"JWT"}""")}.{Encode(d.Sign())}."),

        JwtCorpus.Header("crit of an unknown extension", Refusals.Form, h => (h["crit"], h["exampleonly"]) = (new JsonArray("exampleonly"), true)),
        JwtCorpus.Header("crit of a claim", Refusals.Form, "crit", new JsonArray("exp")),
        JwtCorpus.Header("crit is empty", Refusals.Form, "crit", new JsonArray()),
        JwtCorpus.Header("crit is a string", Refusals.Form, "crit", "b64"),
        JwtCorpus.Header("crit is null", Refusals.Form, "crit", null),
        JwtCorpus.Header("b64 is false", Refusals.Form, "b64", false),
        JwtCorpus.Header("b64 is true", Refusals.Form, "b64", true),
        new("an unencoded payload", Refusals.Form, d =>
        {
            (d.Header["b64"], d.Header["crit"]) = (false, new JsonArray("b64"));
            return d.Key.SignParts(Encode(d.HeaderText), "payload");
        }),
        JwtCorpus.Header("zip over a plain payload", Refusals.Form, "zip", "DEF"),
        new("zip over a compressed payload", Refusals.Form, d =>
        {
            d.Header["zip"] = "DEF";
            return d.Key.SignParts(Encode(d.HeaderText), Base64UrlEncoder.Encode(Deflate(d.PayloadText)));
        }),

        Text("alg twice in the header", d => $$"""{"alg":"none",{{d.HeaderText[1..]}}""", d => d.PayloadText),
        Text("kid twice in the header", d => $$"""{"kid":"stranger",{{d.HeaderText[1..]}}""", d => d.PayloadText),
        Text("alg twice, once escaped", d => $$"""{{d.HeaderText[..^1]}},"\u0061lg":"none"}""", d => d.PayloadText),
        Text("sub twice", d => d.HeaderText, d => $$"""{"sub":"mallory",{{d.PayloadText[1..]}}"""),
        Text("sub twice, once escaped", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"s\u0075b":"mallory"}"""),
        Text("exp twice", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"exp":9999999999}"""),
        Text("iss twice", d => d.HeaderText, d => $$"""{"iss":"https://stranger.example",{{d.PayloadText[1..]}}"""),
        Text("a member twice, deep inside", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"deep":[{"a":1,"a":2}]}"""),
        Text("a lone surrogate in a claim", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"note":"\ud800"}"""),
        Text("a lone surrogate in a claim's name", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"\udc00":1}"""),
        Text("a lone surrogate in the header", d => $$"""{{d.HeaderText[..^1]}},"note":"\ud800"}""", d => d.PayloadText),
        Text("text behind the payload", d => d.HeaderText, d => d.PayloadText + "x"),
        Text("two payloads", d => d.HeaderText, d => d.PayloadText + d.PayloadText),
        Text("a comma too many", d => d.HeaderText, d => d.PayloadText[..^1] + ",}"),
        Text("a comment in the payload", d => d.HeaderText, d => "/**/" + d.PayloadText),
        Text("NaN in the payload", d => d.HeaderText, d => d.PayloadText[..^1] + ",\"n\":NaN}"),
        Text("a byte order mark before the payload", d => d.HeaderText, d => "\uFEFF" + d.PayloadText),
        Text("a header that is an array", d => $"[{d.HeaderText}]", d => d.PayloadText),
        Text("a payload that is an array", d => d.HeaderText, d => $"[{d.PayloadText}]"),
        Text("a payload that is a string", d => d.HeaderText, _ => "\"alice\""),
        Text("a payload that is null", d => d.HeaderText, _ => "null"),
        Text("a payload that is empty", d => d.HeaderText, _ => " "),
        Text("a payload ten thousand arrays deep", d => d.HeaderText, _ => new string('[', 10_000)),
        Text("a claim four thousand objects deep", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"deep":{{string.Concat(Enumerable.Repeat("[", 4_000))}}{{new string(']', 4_000)}}}"""),
        Text("a claim 25 arrays deep", d => d.HeaderText, d => $$"""{{d.PayloadText[..^1]}},"deep":{{new string('[', 25)}}{{new string(']', 25)}}}"""),
        Text("a header four thousand arrays deep", d => $$"""{{d.HeaderText[..^1]}},"deep":{{new string('[', 4_000)}}{{new string(']', 4_000)}}}""", d => d.PayloadText),

        Bytes("half a character in the header", d => [.. Utf8(d.HeaderText[..^1] + ",\"note\":\""), 0xC3, 0x28, .. "\"}"u8], d => Utf8(d.PayloadText)),
        Bytes("half a character in the payload", d => Utf8(d.HeaderText), d => [.. Utf8(d.PayloadText[..^1] + ",\"note\":\""), 0xC3, 0x28, .. "\"}"u8]),
        Bytes("an overlong character in the payload", d => Utf8(d.HeaderText), d => [.. Utf8(d.PayloadText[..^1] + ",\"note\":\""), 0xC0, 0xAF, .. "\"}"u8]),
        Bytes("an encoded surrogate in the payload", d => Utf8(d.HeaderText), d => [.. Utf8(d.PayloadText[..^1] + ",\"note\":\""), 0xED, 0xA0, 0x80, .. "\"}"u8]),
        Bytes("a payload in UTF-16", d => Utf8(d.HeaderText), d => Encoding.Unicode.GetBytes(d.PayloadText)),

        JwtCorpus.Payload("17 KiB long", Refusals.Length, "note", new string('x', 17 * 1024)),
        new("one character too long", Refusals.Length, d =>
        {
            var good = d.Sign();
            return good + new string('A', (16 * 1024) + 1 - good.Length);
        }),
    ];

    private static BadJwt Text(string name, Func<Draft, string> header, Func<Draft, string> payload) =>
        new(name, Refusals.Form, d => d.Key.Sign(header(d), payload(d)));

    private static BadJwt Bytes(string name, Func<Draft, byte[]> header, Func<Draft, byte[]> payload) =>
        new(name, Refusals.Form, d => d.Key.SignParts(Base64UrlEncoder.Encode(header(d)), Base64UrlEncoder.Encode(payload(d))));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);

    // A signature is random: one that has a character in which the two alphabets differ comes soon.
    private static string Base64(Draft draft)
    {
        while (true)
        {
            var parts = draft.Parts();
            if (parts[2].AsSpan().ContainsAny('-', '_'))
            {
                return $"{parts[0]}.{parts[1]}.{parts[2].Replace('-', '+').Replace('_', '/')}";
            }
        }
    }

    private static string Jwe(string text, string header)
    {
        var (plain, encoded) = (Encoding.UTF8.GetBytes(text), Encode(header));
        var (iv, tag, cipher) = (RandomNumberGenerator.GetBytes(12), new byte[16], new byte[plain.Length]);
        using var gcm = new AesGcm(RandomNumberGenerator.GetBytes(32), 16);
        gcm.Encrypt(iv, plain, cipher, tag, Encoding.ASCII.GetBytes(encoded));
        return $"{encoded}..{Base64UrlEncoder.Encode(iv)}.{Base64UrlEncoder.Encode(cipher)}.{Base64UrlEncoder.Encode(tag)}";
    }

    private static byte[] Deflate(string text)
    {
        using var memory = new MemoryStream();
        using (var deflate = new DeflateStream(memory, CompressionLevel.Optimal))
        {
            deflate.Write(Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }
}
