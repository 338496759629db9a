using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DemoIdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Samples.Tests.SignIn;

/// <summary>A demo identity provider with two applications, a browser, and a clock that tests can turn.</summary>
public abstract class SignInTest : IAsyncLifetime
{
    protected const string App = "app";
    protected const string Secret = "hidden & 100 %";
    protected const string Public = "public-app";
    protected const string Callback = "https://app.example/signed-in?n=1";
    protected const string OtherCallback = "https://app.example/other";
    protected const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private readonly HttpClient _http = new();

    protected SignInTest() => Idp = DemoIdpApp.Build(
        [
            "--Urls", "http://127.0.0.1:0", "--Idp:Exchange", "http://127.0.0.1:9", "--Logging:LogLevel:Default", "Error",
            "--Idp:Clients:0:ClientId", App, "--Idp:Clients:0:ClientSecret", Secret, "--Idp:Clients:0:RedirectUris:0", Callback, "--Idp:Clients:0:RedirectUris:1", OtherCallback,
            "--Idp:Clients:0:PostLogoutRedirectUris:0", "https://app.example/bye",
            "--Idp:Clients:1:ClientId", Public, "--Idp:Clients:1:RedirectUris:0", Callback,
        ],
        builder => builder.Services.AddSingleton<TimeProvider>(Clock));

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));

    protected WebApplication Idp { get; }

    protected string Url => Idp.Urls.First();

    internal Browser Browser { get; } = new();

    public async ValueTask InitializeAsync() => await Idp.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Browser.Dispose();
        await Idp.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An authorization request; a null parameter is left out.</summary>
    protected string Request(params (string Name, string? Value)[] changes)
    {
        var parameters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = App, ["redirect_uri"] = Callback, ["response_type"] = "code", ["scope"] = "openid profile", ["state"] = "s 1", ["nonce"] = "n-1",
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))), ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            parameters[name] = value;
        }

        return QueryHelpers.AddQueryString(Url + "/authorize", parameters);
    }

    /// <summary>Signs somebody in who was not, and returns the redirect back to the application.</summary>
    internal async Task<Seen> SignInAsync(string user = "alice", params (string Name, string? Value)[] changes) =>
        await Browser.SubmitAsync(await Browser.OpenAsync(Request(changes)), ("user", user));

    internal async Task<string> CodeAsync(string user = "alice", params (string Name, string? Value)[] changes) => (await SignInAsync(user, changes)).Sent("code")!;

    /// <summary>Presents a code; a null parameter is left out.</summary>
    protected Task<(int Status, JsonObject Body)> RedeemAsync(string code, params (string Name, string? Value)[] changes) =>
        TokenAsync(Basic(App, Secret), [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Callback), ("code_verifier", Verifier), .. changes]);

    protected async Task<(int Status, JsonObject Body)> TokenAsync(string? authorization, params (string Name, string? Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/token")
        {
            Content = new FormUrlEncodedContent(form.GroupBy(f => f.Name, StringComparer.Ordinal).Select(g => g.Last()).Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
        };
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        using var answer = await _http.SendAsync(request);
        answer.Headers.CacheControl?.NoStore.ShouldBeTrue();
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    protected static string Basic(string client, string secret) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}"))}";

    protected static JsonObject Claims((int Status, JsonObject Body) answer) =>
        JsonNode.Parse(Base64UrlEncoder.Decode(new JsonWebToken((string)answer.Body["id_token"]!).EncodedPayload))!.AsObject();
}
