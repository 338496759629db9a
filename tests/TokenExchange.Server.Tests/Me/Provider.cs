using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Me;

/// <summary>An OpenID provider at which alice is signed in already, and that does wrong whatever a test wants it to.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new(StringComparer.Ordinal);

    private Provider(WebApplication app) => _app = app;

    public string Address { get; private init; } = string.Empty;

    public TestKey Key { get; } = new("provider-1");

    public Func<DateTimeOffset> Now { get; set; } = () => RunningServer.Start;

    /// <summary>Changes what the ID token says.</summary>
    public Action<JsonObject> Claims { get; set; } = _ => { };

    public Action<JsonObject> Header { get; set; } = _ => { };

    /// <summary>Makes the ID token of the claims, in another way than signing them.</summary>
    public Func<JsonObject, string?>? IdToken { get; set; }

    /// <summary>Changes the discovery document.</summary>
    public Action<JsonObject> Metadata { get; set; } = _ => { };

    /// <summary>Answers a token request in another way.</summary>
    public Func<HttpContext, Task>? TokenAnswer { get; set; }

    /// <summary>What is sent back instead of a code.</summary>
    public string? Error { get; set; }

    /// <summary>Token requests so far.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> TokenRequests { get; } = new();

    /// <summary>Documents fetched so far.</summary>
    public int Discoveries { get; private set; }

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{RunningServer.FreePort()}";
        builder.WebHost.UseUrls(address);
        var provider = new Provider(builder.Build()) { Address = address };
        provider._app.MapGet("/.well-known/openid-configuration", provider.Discover);
        provider._app.MapGet("/jwks", () => Results.Content(provider.Key.Jwks.GetRawText(), "application/json"));
        provider._app.MapGet("/authorize", provider.Authorize);
        provider._app.MapPost("/token", (Delegate)provider.TokenAsync);
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>The claims of an ID token that is right.</summary>
    public JsonObject RightClaims(string nonce) => new()
    {
        ["iss"] = Address, ["sub"] = "alice", ["aud"] = MeWorld.ClientId, ["iat"] = Now().ToUnixTimeSeconds(), ["exp"] = Now().AddMinutes(5).ToUnixTimeSeconds(), ["nonce"] = nonce,
        ["sid"] = "session-1", ["auth_time"] = Now().AddMinutes(-20).ToUnixTimeSeconds(), ["name"] = "Alice Aldridge", ["email"] = "alice@idp.example",
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Discover()
    {
        Discoveries++;
        var metadata = new JsonObject
        {
            ["issuer"] = Address, ["jwks_uri"] = Address + "/jwks", ["authorization_endpoint"] = Address + "/authorize", ["token_endpoint"] = Address + "/token",
            ["userinfo_endpoint"] = Address + "/userinfo", ["end_session_endpoint"] = Address + "/end-session", ["pushed_authorization_request_endpoint"] = Address + "/par",
        };
        Metadata(metadata);
        return Results.Content(metadata.ToJsonString(), "application/json");
    }

    private IResult Authorize(HttpRequest request)
    {
        var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (request.Query["nonce"].ToString(), request.Query["code_challenge"].ToString());
        var answer = Error is null ? new Dictionary<string, string?>(StringComparer.Ordinal) { ["code"] = code } : new Dictionary<string, string?>(StringComparer.Ordinal) { ["error"] = Error };
        answer["state"] = request.Query["state"];
        return Results.Redirect(QueryHelpers.AddQueryString(request.Query["redirect_uri"]!, answer));
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        var form = (await http.Request.ReadFormAsync()).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
        TokenRequests.Enqueue(form);
        if (TokenAnswer is not null)
        {
            await TokenAnswer(http);
            return Results.Empty;
        }

        if (!_codes.TryRemove(form["code"], out var issued) || issued.Challenge != Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]))))
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        var claims = RightClaims(issued.Nonce);
        Claims(claims);
        return Results.Json(new { access_token = "opaque-access-token", token_type = "Bearer", id_token = IdToken is null ? Key.Sign(claims, Header) : IdToken(claims) });
    }
}
