using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Hostile.Platform;

/// <summary>A key set or discovery document that must not be used.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Code">How an exchange that needs it is refused: as an outage, or because the set holds no key that fits.</param>
/// <param name="Answer">Sends it.</param>
internal sealed record BadKeys(string Name, string Code, Func<HttpContext, TestKey, Task> Answer)
{
    private const string Outage = "issuer_keys_unavailable";
    private const string NoKey = "subject_token_signature";

    public static IReadOnlyList<BadKeys> Sets { get; } =
    [
        Body("300 KB long", k => k.Jwks.GetRawText().PadRight(300 * 1024)),
        new("endless", Outage, async (http, _) =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync(new string(' ', 64 * 1024), http.RequestAborted);
            }
        }),
        .. new[] { 301, 302, 303, 307, 308 }.Select(status => new BadKeys($"a redirect ({status}) to the right ones", Outage, (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "/good";
            return Task.CompletedTask;
        })),
        .. new[] { 201, 203, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503 }.Select(status => new BadKeys($"the right ones under status {status}", Outage, async (http, key) =>
        {
            http.Response.StatusCode = status;
            if (status is not 204 and not 304)
            {
                await http.Response.WriteAsync(key.Jwks.GetRawText());
            }
        })),
        Body("with a private key", k => Set(k.Jwk(withPrivate: true))),
        Body("with a private key of somebody else besides", k => Set(k.Jwk(withPrivate: false), new TestKey("other").Jwk(withPrivate: true))),
        Body("of 65 keys", k => Set([.. Enumerable.Repeat(0, 65).Select(_ => k.Jwk(withPrivate: false))])),
        Body("empty", _ => string.Empty),
        Body("no JSON", _ => "<html>keys</html>"),
        Body("an array", k => $"[{k.Jwk(withPrivate: false)}]"),
        Body("null", _ => "null"),
        Body("without keys", _ => "{}"),
        Body("whose keys are an object", k => $$"""{"keys":{{k.Jwk(withPrivate: false)}}}"""),
        Body("whose keys are null", _ => """{"keys":null}"""),
        Body("with keys twice", k => $$"""{"keys":[],"keys":[{{k.Jwk(withPrivate: false)}}]}"""),
        Body("with kid twice", k => Set(k.Jwk(withPrivate: false)).Replace("\"kty\"", "\"kid\":\"x\",\"kty\"", StringComparison.Ordinal)),
        Body("with a lone surrogate as a value", k => Set(k.Jwk(withPrivate: false)).Replace("\"ES256\"", "\"\\ud800\"", StringComparison.Ordinal)),
        Body("with a lone surrogate as a name", k => Set(k.Jwk(withPrivate: false)).Replace("\"use\"", "\"\\udc00\"", StringComparison.Ordinal)),
        Body("with a lone surrogate beside the keys", k => $$"""{"\ud800":1,{{k.Jwks.GetRawText()[1..]}}"""),
        Body("nine arrays deep", k => $$"""{"x":[[[[[[[[[]]]]]]]]],{{k.Jwks.GetRawText()[1..]}}"""),
        Body("a thousand arrays deep", _ => $$"""{"keys":{{new string('[', 1000)}}"""),
        Body("with text behind it", k => k.Jwks.GetRawText() + "x"),
        Body("in UTF-16", k => Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(k.Jwks.GetRawText()))),
        new("compressed", Outage, async (http, key) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(http.Response.Body, CompressionLevel.Optimal);
            await zip.WriteAsync(Encoding.UTF8.GetBytes(key.Jwks.GetRawText()));
        }),
        new("cut off", Outage, async (http, key) =>
        {
            http.Response.ContentLength = 10_000;
            await http.Response.WriteAsync(key.Jwks.GetRawText());
            await http.Response.Body.FlushAsync();
            http.Abort();
        }),
        new("under 20 KB of headers", Outage, (http, key) =>
        {
            http.Response.Headers["X-Long"] = new string('x', 20 * 1024);
            return http.Response.WriteAsync(key.Jwks.GetRawText());
        }),

        Body("of no keys", _ => """{"keys":[]}""", NoKey),
        Body("of a symmetric key", _ => """{"keys":[{"kty":"oct","kid":"right","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I"}]}""", NoKey),
        Body("of a key for encryption", k => Set(With(k, j => j["use"] = "enc")), NoKey),
        Body("of a key of another kid", k => Set(With(k, j => j["kid"] = "another")), NoKey),
        Body("of another key of the same kid", _ => Set(new TestKey("right").Jwk(withPrivate: false)), NoKey),
        Body("of a point that is not on the curve", k => Set(With(k, j => j["y"] = j["x"]!.DeepClone())), NoKey),
        Body("of a point at zero", k => Set(With(k, j => (j["x"], j["y"]) = (Zeros, Zeros))), NoKey),
        Body("of half a point", k => Set(With(k, j => j.Remove("y"))), NoKey),
        Body("of a point that is no base64url", k => Set(With(k, j => j["x"] = "***")), NoKey),
        Body("of an unknown curve", k => Set(With(k, j => j["crv"] = "P-999")), NoKey),
        Body("of an unknown type", k => Set(With(k, j => j["kty"] = "XX")), NoKey),
        Body("of an RSA key of 512 bits", _ => """{"keys":[{"kty":"RSA","kid":"right","n":"0QPwkTGP5Ls0n3Uhn4oFCDcYzwVYZNbIJ5pfQbCtH0_jKk3vT1Nmn8iKRzWwD8WnXoD8G4r1mZuk6Hj0nEmA7Q","e":"AQAB"}]}""", NoKey),
        Body("of an RSA key whose exponent is one", _ => $$"""{"keys":[{"kty":"RSA","kid":"right","n":"{{new string('x', 342)}}","e":"AQ"}]}""", NoKey),
    ];

    public static IReadOnlyList<(string Name, Func<string, string> Document)> Discoveries { get; } =
    [
        ("of another issuer", a => $$"""{"issuer":"https://stranger.example","jwks_uri":"{{a}}/good"}"""),
        ("of an issuer with a slash more", a => $$"""{"issuer":"ISSUER/","jwks_uri":"{{a}}/good"}"""),
        ("of no issuer", a => $$"""{"jwks_uri":"{{a}}/good"}"""),
        ("of a number", a => $$"""{"issuer":1,"jwks_uri":"{{a}}/good"}"""),
        ("of two issuers", a => $$"""{"issuer":"https://stranger.example","issuer":"ISSUER","jwks_uri":"{{a}}/good"}"""),
        ("of a lone surrogate", a => $$"""{"issuer":"\ud800","jwks_uri":"{{a}}/good"}"""),
        ("with a lone surrogate as a name", a => $$"""{"\ud800":1,"issuer":"ISSUER","jwks_uri":"{{a}}/good"}"""),
        ("that leads nowhere", _ => """{"issuer":"ISSUER"}"""),
        ("that leads to a number", _ => """{"issuer":"ISSUER","jwks_uri":1}"""),
        ("that leads to a lone surrogate", _ => """{"issuer":"ISSUER","jwks_uri":"\ud800"}"""),
        ("that leads to a path", _ => """{"issuer":"ISSUER","jwks_uri":"/good"}"""),
        ("that leads to a file", _ => """{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}"""),
        ("that leads to data", _ => """{"issuer":"ISSUER","jwks_uri":"data:application/json,{}"}"""),
        ("that leads past a user name", a => $$"""{"issuer":"ISSUER","jwks_uri":"{{a.Replace("http://", "http://user@", StringComparison.Ordinal)}}/good"}"""),
        ("that leads to this machine by name", a => $$"""{"issuer":"ISSUER","jwks_uri":"{{a.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}/good"}"""),
        ("that leads to this machine by another address", a => $$"""{"issuer":"ISSUER","jwks_uri":"{{a.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal)}}/good"}"""),
        ("that leads to this machine in IPv6", a => $$"""{"issuer":"ISSUER","jwks_uri":"{{a.Replace("127.0.0.1", "[::ffff:127.0.0.1]", StringComparison.Ordinal)}}/good"}"""),
        ("that leads to the cloud's metadata", _ => """{"issuer":"ISSUER","jwks_uri":"http://169.254.169.254/latest/meta-data/"}"""),
        ("that leads to the cloud's metadata over https", _ => """{"issuer":"ISSUER","jwks_uri":"https://169.254.169.254/latest/meta-data/"}"""),
        ("that leads to a private network", _ => """{"issuer":"ISSUER","jwks_uri":"https://10.0.0.1/jwks"}"""),
        ("that is an array", a => $$"""[{"issuer":"ISSUER","jwks_uri":"{{a}}/good"}]"""),
        ("that is no JSON", _ => "<html></html>"),
        ("that is twenty arrays deep", a => $$"""{"x":{{new string('[', 20)}}{{new string(']', 20)}},"issuer":"ISSUER","jwks_uri":"{{a}}/good"}"""),
        ("that is 300 KB long", a => $$"""{"issuer":"ISSUER","jwks_uri":"{{a}}/good"}""".PadRight(300 * 1024)),
    ];

    private const string Zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static BadKeys Body(string name, Func<TestKey, string> body, string code = Outage) => new(name, code, (http, key) => http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body(key))).AsTask());

    private static string Set(params JsonObject[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    private static JsonObject With(TestKey key, Action<JsonObject> change)
    {
        var jwk = key.Jwk(withPrivate: false);
        change(jwk);
        return jwk;
    }
}
