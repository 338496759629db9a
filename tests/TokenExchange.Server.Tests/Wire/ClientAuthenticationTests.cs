using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>Who is believed to be which client.</summary>
public sealed class ClientAuthenticationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    internal static (string, string?)[] AssertionOf(RunningServer server, string client, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var now = server.Now.ToUnixTimeSeconds();
        var payload = new JsonObject { ["iss"] = client, ["sub"] = client, ["aud"] = server.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString("N") };
        claims?.Invoke(payload);
        return [("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", World.AgentKey.Sign(payload, header))];
    }

    [Fact]
    public async Task A_secret_in_the_form_is_accepted() =>
        (await Exchange(("client_id", World.InboxAgent), ("client_secret", World.Secret))).Status.ShouldBe(200);

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    public async Task A_client_assertion_is_accepted_whichever_typ_real_clients_send(string? typ)
    {
        var answer = await Exchange(AssertionOf(Server, World.KeyAgent, header: h =>
        {
            h.Remove("typ");
            if (typ is not null)
            {
                h["typ"] = typ;
            }
        }));

        ((string)answer.Claims["client_id"]!).ShouldBe(World.KeyAgent);
    }

    public static TheoryData<string> Failures =>
    [
        "unknown client", "wrong secret", "empty secret", "disabled client", "expired client", "secret of a key client", "no credentials", "Authorization is not base64", "Authorization has no colon",
        "assertion signed by another key", "assertion for another audience", "assertion for the token endpoint", "assertion for two audiences", "assertion expired", "assertion lives too long",
        "assertion without jti", "assertion without exp", "assertion with another sub", "assertion of an unknown client", "assertion of a client with a secret", "assertion of typ at+jwt",
        "assertion with alg none", "assertion with crit", "client_id of another client", "access token as assertion", "assertion is no JWT",
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_failure_looks_the_same_and_is_on_record(string failure)
    {
        var answer = await Fail(failure);

        answer.Body.ShouldBe($$"""{"error":"invalid_client","error_description":"Client authentication failed.","error_uri":"{{Server.Issuer}}/errors/client_authentication_failed"}""");
        answer.Status.ShouldBe(401);
        answer.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
        (await Server.LastRecordAsync()).Reason.ShouldBe("client_authentication_failed");
    }

    [Fact]
    public async Task A_client_assertion_can_be_used_once()
    {
        var assertion = AssertionOf(Server, World.KeyAgent);

        (await Exchange(assertion)).Status.ShouldBe(200);
        (await Exchange(assertion)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task One_method_per_request()
    {
        var answer = await Exchange([.. AssertionOf(Server, World.KeyAgent), ("client_id", World.KeyAgent), ("client_secret", World.Secret)]);

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
        answer.Status.ShouldBe(400);
    }

    private Task<Answer> Exchange(params (string, string?)[] authentication) => Server.PostAsync("/token", null, null, [.. Request(), .. authentication]);

    private (string, string?)[] Request() =>
    [
        ("grant_type", GrantTypes.TokenExchange), ("subject_token", Server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage),
    ];

    private async Task<Answer> Fail(string failure) => failure switch
    {
        "unknown client" => await Server.PostAsync("/token", "nobody", World.Secret, Request()),
        "wrong secret" => await Server.PostAsync("/token", World.InboxAgent, World.Secret + "x", Request()),
        "empty secret" => await Server.PostAsync("/token", World.InboxAgent, "", Request()),
        "disabled client" => await Server.PostAsync("/token", "disabled-agent", World.Secret, Request()),
        "expired client" => await Server.PostAsync("/token", "expired-agent", World.Secret, Request()),
        "secret of a key client" => await Server.PostAsync("/token", World.KeyAgent, World.Secret, Request()),
        "no credentials" => await Exchange(("client_id", World.InboxAgent)),
        "Authorization is not base64" => await Authorize("Basic %%%"),
        "Authorization has no colon" => await Authorize("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("inbox-agent"))),
        "assertion signed by another key" => await Exchange(("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", World.IdpKey.Sign(Jwt.Payload(AssertionOf(Server, World.KeyAgent)[1].Item2!)))),
        "assertion for another audience" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["aud"] = "https://elsewhere.example")),
        "assertion for the token endpoint" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["aud"] = Server.Issuer + "/token")),
        "assertion for two audiences" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["aud"] = new JsonArray(Server.Issuer, "https://elsewhere.example"))),
        "assertion expired" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["exp"] = Server.Now.ToUnixTimeSeconds())),
        "assertion lives too long" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["exp"] = Server.Now.AddMinutes(11).ToUnixTimeSeconds())),
        "assertion without jti" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c.Remove("jti"))),
        "assertion without exp" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c.Remove("exp"))),
        "assertion with another sub" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["sub"] = World.InboxAgent)),
        "assertion of an unknown client" => await Exchange(AssertionOf(Server, "nobody")),
        "assertion of a client with a secret" => await Exchange(AssertionOf(Server, World.InboxAgent)),
        "assertion of typ at+jwt" => await Exchange(AssertionOf(Server, World.KeyAgent, header: h => h["typ"] = "at+jwt")),
        "assertion with alg none" => await Exchange(AssertionOf(Server, World.KeyAgent, header: h => h["alg"] = "none")),
        "assertion with crit" => await Exchange(AssertionOf(Server, World.KeyAgent, header: h => h["crit"] = new JsonArray("exp"))),
        "client_id of another client" => await Exchange([.. AssertionOf(Server, World.KeyAgent), ("client_id", World.InboxAgent)]),
        "access token as assertion" => await Exchange(("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", await Server.FirstTokenAsync())),
        "assertion is no JWT" => await Exchange(("client_assertion_type", TokenTypes.ClientAssertion), ("client_assertion", "nonsense")),
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };

    private async Task<Answer> Authorize(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent(Request().Select(p => KeyValuePair.Create(p.Item1, p.Item2!))),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await Server.Http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }
}
