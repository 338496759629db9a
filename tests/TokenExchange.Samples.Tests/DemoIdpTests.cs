using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DemoIdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TokenExchange.Samples.Tests;

public sealed class DemoIdpTests : IAsyncLifetime
{
    private const string Exchange = "https://exchange.example";

    private readonly WebApplication _idp = DemoIdpApp.Build(["--Urls", "http://127.0.0.1:0"]);
    private readonly HttpClient _http = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private string Url => _idp.Urls.First();

    public async ValueTask InitializeAsync() => await _idp.StartAsync(Now);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _idp.DisposeAsync();
    }

    [Fact]
    public async Task An_assertion_verifies_with_the_published_key_and_says_what_was_asked()
    {
        using var answer = await PostAsync(new { user = "alice", audience = Exchange, presenter = "inbox-agent", authAgeSeconds = 60, acr = "mfa", sessionId = "s1", extra = new { level = 3 } });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        var token = await VerifyAsync(answer);

        token.Alg.ShouldBe("ES256");
        token.Typ.ShouldBe("JWT");
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(token.EncodedPayload))!.AsObject();
        var iat = claims["iat"]!.GetValue<long>();
        var expected = new JsonObject
        {
            ["iss"] = Url, ["sub"] = "alice", ["aud"] = Exchange, ["iat"] = iat, ["exp"] = iat + 600, ["jti"] = token.Id, ["sid"] = "s1",
            ["auth_time"] = iat - 60, ["amr"] = new JsonArray("pwd"), ["acr"] = "mfa", ["azp"] = "inbox-agent", ["department"] = "sales", ["level"] = 3,
        };
        JsonNode.DeepEquals(claims, expected).ShouldBeTrue(claims.ToJsonString());
    }

    [Fact]
    public async Task The_metadata_names_the_issuer_exactly_and_where_the_keys_are()
    {
        var metadata = (await _http.GetFromJsonAsync<JsonObject>(Url + "/.well-known/openid-configuration", Now))!;

        metadata["issuer"]!.GetValue<string>().ShouldBe(Url);
        metadata["jwks_uri"]!.GetValue<string>().ShouldBe(Url + "/jwks");
    }

    [Fact]
    public async Task The_metadata_say_how_to_sign_in()
    {
        var metadata = (await _http.GetFromJsonAsync<JsonObject>(Url + "/.well-known/openid-configuration", Now))!;

        new[] { "authorization_endpoint", "token_endpoint", "end_session_endpoint" }.Select(n => metadata[n]!.GetValue<string>())
            .ShouldBe([Url + "/authorize", Url + "/token", Url + "/end-session"]);
        new[] { "response_types_supported", "code_challenge_methods_supported", "token_endpoint_auth_methods_supported", "scopes_supported", "id_token_signing_alg_values_supported" }
            .Select(n => metadata[n]!.ToJsonString())
            .ShouldBe(["""["code"]""", """["S256"]""", """["client_secret_basic","client_secret_post","none"]""", """["openid","profile","email"]""", """["ES256"]"""]);
        metadata["claims_supported"]!.AsArray().Select(c => (string)c!).ShouldBe(
            ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "name", "email", "department", "roles"]);
    }

    [Fact]
    public async Task The_issuer_may_be_configured()
    {
        await using var idp = DemoIdpApp.Build(["--Urls", "http://127.0.0.1:0", "--Idp:Issuer", "https://idp.example"]);

        idp.Services.GetRequiredService<AssertionFactory>().Issuer.ShouldBe("https://idp.example");
    }

    [Fact]
    public void One_user_has_one_session_and_no_claims_nobody_asked_for()
    {
        var assertions = _idp.Services.GetRequiredService<AssertionFactory>();
        var first = new JsonWebToken(assertions.Create(new("carol", Exchange)));
        var second = new JsonWebToken(assertions.Create(new("carol", Exchange)));

        second.GetClaim("sid").Value.ShouldBe(first.GetClaim("sid").Value);
        string.Equals(second.Id, first.Id, StringComparison.Ordinal).ShouldBeFalse();
        string.Join(' ', first.Claims.Select(c => c.Type)).ShouldBe("iss sub aud iat exp jti sid auth_time amr");
    }

    [Fact]
    public void Assertions_of_one_session_tell_one_time_of_the_sign_in_and_those_of_the_next_another()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
        using var keys = new DemoIdpKeys();
        var sessions = new DemoSessions(clock);
        var assertions = new AssertionFactory(keys, sessions, clock, () => "https://idp.example");
        long SignedInAt(int? age = null, string? session = null) => long.Parse(
            new JsonWebToken(assertions.Create(new("alice", Exchange, AuthAgeSeconds: age, SessionId: session))).GetClaim("auth_time").Value, System.Globalization.CultureInfo.InvariantCulture);
        var began = clock.GetUtcNow().ToUnixTimeSeconds();
        SignedInAt().ShouldBe(began);

        clock.Advance(TimeSpan.FromMinutes(5));

        SignedInAt().ShouldBe(began);
        SignedInAt(age: 60).ShouldBe(began + 240);
        SignedInAt(session: "another").ShouldBe(began + 300);
        sessions.End("alice");
        SignedInAt().ShouldBe(began + 300);
    }

    [Theory]
    [InlineData("mallory", Exchange, "There is no such user. Write one of: alice, bob, carol, ada, paul, vera, otto.")]
    [InlineData("alice", null, "Audience is missing.")]
    public async Task A_mistake_is_told(string user, string? audience, string sentence)
    {
        using var answer = await PostAsync(new { user, audience });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonObject>(Now))!["error"]!.GetValue<string>().ShouldStartWith(sentence);
    }

    [Fact]
    public async Task Who_signs_out_has_a_new_session_next_and_what_tells_of_it_names_the_old_one()
    {
        var told = new List<(string? Type, string Body)>();
        await using var receiver = WebApplication.Create(["--urls=http://127.0.0.1:0"]);
        receiver.MapPost("/ssf/events", async (Microsoft.AspNetCore.Http.HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body);
            told.Add((request.ContentType, await body.ReadToEndAsync(Now)));
            return Microsoft.AspNetCore.Http.Results.Accepted();
        });
        await receiver.StartAsync(Now);
        var exchange = receiver.Urls.First();
        await using var idp = DemoIdpApp.Build(["--Urls", "http://127.0.0.1:0", "--Idp:Exchange", exchange]);
        await idp.StartAsync(Now);
        var assertions = idp.Services.GetRequiredService<AssertionFactory>();
        var session = Session(assertions);

        using var answer = await _http.PostAsJsonAsync(idp.Urls.First() + "/sign-out", new { user = "alice" }, Now);

        var json = (await answer.Content.ReadFromJsonAsync<JsonObject>(Now))!;
        json["answer"]!.GetValue<int>().ShouldBe(202);
        told.ShouldBe([("application/secevent+jwt", json["event"]!.GetValue<string>())]);
        var token = new JsonWebToken(told[0].Body);
        token.Typ.ShouldBe("secevent+jwt");
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(token.EncodedPayload))!.AsObject();
        var (iat, issuer) = (claims["iat"]!.GetValue<long>(), assertions.Issuer);
        var expected = new JsonObject
        {
            ["iss"] = issuer, ["aud"] = exchange, ["iat"] = iat, ["jti"] = token.Id,
            ["sub_id"] = new JsonObject
            {
                ["format"] = "complex", ["user"] = new JsonObject { ["format"] = "iss_sub", ["iss"] = issuer, ["sub"] = "alice" },
                ["session"] = new JsonObject { ["format"] = "opaque", ["id"] = session },
            },
            ["events"] = new JsonObject
            {
                ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"] = new JsonObject { ["event_timestamp"] = iat, ["initiating_entity"] = "user" },
            },
        };
        JsonNode.DeepEquals(claims, expected).ShouldBeTrue(claims.ToJsonString());
        string.Equals(Session(assertions), session, StringComparison.Ordinal).ShouldBeFalse();
    }

    [Theory]
    [InlineData("mallory", "There is no such user. Write one of: alice, bob, carol, ada, paul, vera, otto.")]
    [InlineData("carol", "carol has no session.")]
    public async Task A_mistake_at_signing_out_is_told(string user, string sentence)
    {
        using var answer = await _http.PostAsJsonAsync(Url + "/sign-out", new { user }, Now);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonObject>(Now))!["error"]!.GetValue<string>().ShouldStartWith(sentence);
    }

    private static string Session(AssertionFactory assertions) => new JsonWebToken(assertions.Create(new("alice", Exchange))).GetClaim("sid").Value;

    private Task<HttpResponseMessage> PostAsync(object request) => _http.PostAsJsonAsync(Url + "/assertion", request, Now);

    private async Task<JsonWebToken> VerifyAsync(HttpResponseMessage answer)
    {
        var assertion = (await answer.Content.ReadFromJsonAsync<JsonObject>(Now))!["assertion"]!.GetValue<string>();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = Url,
            ValidAudience = Exchange,
            IssuerSigningKeys = new JsonWebKeySet(await _http.GetStringAsync(Url + "/jwks", Now)).GetSigningKeys(),
        });
        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }
}
