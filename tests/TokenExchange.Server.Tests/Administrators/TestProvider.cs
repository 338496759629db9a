using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>
/// An OpenID provider as small as it can be: whoever comes is <see cref="User"/>. It insists on the code flow with PKCE and on the client's secret, and signs what it
/// is told to.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "token-exchange";
    public const string Secret = "provider-secret-provider-secret-provider-sec";

    private readonly TestKey _key = new("provider-1");
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new(StringComparer.Ordinal);
    private readonly Func<DateTimeOffset> _now;
    private readonly WebApplication _app;

    private TestProvider(string address, Func<DateTimeOffset> now)
    {
        (Address, _now) = (address, now);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Json(new JsonObject
        {
            ["issuer"] = Address, ["authorization_endpoint"] = $"{Address}/authorize", ["token_endpoint"] = $"{Address}/token", ["jwks_uri"] = $"{Address}/jwks",
            ["response_types_supported"] = new JsonArray("code"), ["subject_types_supported"] = new JsonArray("public"), ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
        }));
        _app.MapGet("/jwks", () => Json(new JsonObject { ["keys"] = new JsonArray(_key.Jwk(withPrivate: false)) }));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", (Delegate)TokenAsync);
    }

    public string Address { get; }

    /// <summary>The claims of whoever comes next.</summary>
    public JsonObject User { get; set; } = [];

    /// <summary>Changes an ID token before it is signed.</summary>
    public Action<JsonObject>? Change { get; set; }

    /// <summary>The last request to sign in.</summary>
    public string LastQuery { get; private set; } = string.Empty;

    /// <summary>Everything secret that it has given out.</summary>
    public ConcurrentBag<string> Secrets { get; } = [Secret];

    public static async Task<TestProvider> StartAsync(Func<DateTimeOffset> now)
    {
        var provider = new TestProvider($"http://127.0.0.1:{RunningServer.FreePort()}", now);
        await provider._app.StartAsync();
        return provider;
    }

    public static JsonObject Person(string sub, string? name, params string[] roles)
    {
        var claims = new JsonObject { ["sub"] = sub, ["roles"] = new JsonArray([.. roles.Select(r => JsonValue.Create(r))]) };
        if (name is not null)
        {
            claims["preferred_username"] = name;
        }

        return claims;
    }

    /// <summary>Sends a browser there and back again; the answer to its coming back.</summary>
    public async Task<Answer> SignInAsync(Browser browser, Func<string, string>? change = null)
    {
        var there = (await browser.GetAsync("/try/provider")).Headers.Location!;
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var back = await http.GetAsync(there);
        var address = back.Headers.Location!.PathAndQuery;
        return await browser.GetAsync(change?.Invoke(address) ?? address);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static IResult Json(JsonNode json) => Results.Text(json.ToJsonString(), "application/json");

    private IResult Authorize(HttpContext http)
    {
        LastQuery = http.Request.QueryString.Value!;
        var query = http.Request.Query;
        var code = RandomNumberGenerator.GetHexString(48);
        Secrets.Add(code);
        _codes[code] = (query["nonce"]!, query["code_challenge"]!);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={HttpUtility.UrlEncode(query["state"])}&iss={HttpUtility.UrlEncode(Address)}");
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != Secret || !_codes.TryRemove(form["code"]!, out var given)
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!))) != given.Challenge)
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var claims = User.DeepClone().AsObject();
        var now = _now().ToUnixTimeSeconds();
        (claims["iss"], claims["aud"], claims["nonce"], claims["iat"], claims["exp"]) = (Address, ClientId, given.Nonce, now, now + 300);
        Change?.Invoke(claims);
        var token = _key.Sign(claims);
        Secrets.Add(token);
        var access = RandomNumberGenerator.GetHexString(48);
        Secrets.Add(access);
        return Json(new JsonObject { ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = token });
    }
}
