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

    [Requirement("RFC 6749", "2.3.1", "Credentials may stand in the form")]
    [Fact]
    public async Task A_secret_in_the_form_is_accepted() =>
        (await Exchange(("client_id", World.InboxAgent), ("client_secret", World.Secret))).Status.ShouldBe(200);

    [Requirement("RFC 7521", "4.2", "The client_id may be left out, and must agree where it is sent")]
    [Requirement("RFC 9700", "2.5", "Clients can authenticate with asymmetric keys")]
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
        "assertion with alg none", "assertion with crit", "client_id of another client", "access token as assertion", "assertion is no JWT", "assertion of another kid", "no credentials at all",
        "Authorization of another scheme", "Authorization names another client than client_id", "assertion of an unknown type", "assertion without its type", "type without an assertion",
        "assertion issued in the future", "assertion not valid yet",
    ];

    [Requirement("RFC 8693", "2.1", "A client authenticates before it may exchange")]
    [Requirement("RFC 6749", "5.2", "A failed client authentication is 401 invalid_client with a challenge")]
    [Requirement("RFC 7523", "2.2", "The assertion comes with its registered type")]
    [Requirement("RFC 7521", "4.2", "The client_id may be left out, and must agree where it is sent")]
    [Requirement("RFC 7523", "3", "An assertion from the future is refused")]
    [Requirement("RFC 7521", "5.2", "Issuer and subject are both the client id")]
    [Requirement("RFC 7523", "3", "The assertion expires, and soon")]
    [Requirement("RFC 7523", "3", "The assertion is signed by a key of the client")]
    [Requirement("RFC 7523", "3", "The audience is this server, and it alone")]
    [Requirement("RFC 7523", "3.2", "An assertion that does not prove the client is invalid_client")]
    [Requirement("RFC 9700", "2.5", "Clients are authenticated")]
    [Requirement("RFC 8725", "3.1", "The algorithm is one that was chosen beforehand")]
    [Requirement("RFC 8725", "3.12", "A JWT of one kind is refused wherever another is due")]
    [Requirement("ASVS 5.0", "V10.4.10", "Clients authenticate whenever they call the server")]
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

    [Requirement("RFC 7523", "3", "The assertion has an id and is good once")]
    [Fact]
    public async Task A_client_assertion_can_be_used_once()
    {
        var assertion = AssertionOf(Server, World.KeyAgent);

        (await Exchange(assertion)).Status.ShouldBe(200);
        (await Exchange(assertion)).Status.ShouldBe(401);
    }

    public static TheoryData<string> SeveralMethods => ["assertion and secret", "Basic and secret", "Basic and assertion", "two secrets", "two client ids", "two assertions"];

    [Requirement("RFC 6749", "2.3", "A client authenticates by one method per request")]
    [Requirement("RFC 7523", "2.2", "There is one assertion")]
    [Theory]
    [MemberData(nameof(SeveralMethods))]
    public async Task One_method_per_request(string methods)
    {
        var secret = ("client_secret", (string?)World.Secret);
        var answer = methods switch
        {
            "assertion and secret" => await Exchange([.. AssertionOf(Server, World.KeyAgent), ("client_id", World.KeyAgent), secret]),
            "Basic and secret" => await Server.PostAsync("/token", World.InboxAgent, World.Secret, [.. Request(), ("client_id", World.InboxAgent), secret]),
            "Basic and assertion" => await Server.PostAsync("/token", World.KeyAgent, World.Secret, [.. Request(), .. AssertionOf(Server, World.KeyAgent)]),
            "two secrets" => await Exchange(("client_id", World.InboxAgent), secret, secret),
            "two client ids" => await Exchange(("client_id", World.InboxAgent), ("client_id", World.InboxAgent), secret),
            "two assertions" => await Exchange([.. AssertionOf(Server, World.KeyAgent), .. AssertionOf(Server, World.KeyAgent)]),
            _ => throw new ArgumentOutOfRangeException(nameof(methods)),
        };

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
        answer.Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_failed_assertion_is_on_record_with_the_client_it_names_although_no_client_id_does()
    {
        await Exchange(AssertionOf(Server, World.KeyAgent, c => c["exp"] = Server.Now.ToUnixTimeSeconds()));

        var record = await Server.LastRecordAsync();
        (record.ClientId, record.Detail).ShouldBe((World.KeyAgent, "a claim or header of the client assertion is missing or wrong"));
    }

    [Fact]
    public async Task A_failure_is_on_record_with_what_was_wrong_although_the_answer_does_not_say()
    {
        await Fail("wrong secret");
        (await Server.LastRecordAsync()).Detail.ShouldBe("wrong secret");

        await Fail("disabled client");
        (await Server.LastRecordAsync()).Detail.ShouldBe("no such client, or disabled or expired");
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("offline_access")]
    public async Task A_scope_that_other_servers_reserve_is_a_scope_like_any_other(string scope) =>
        ((string)(await Exchange(("client_id", World.InboxAgent), ("client_secret", World.Secret), ("scope", scope))).Json["error"]!).ShouldBe("invalid_scope");

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
        "assertion of another kid" => await Exchange(AssertionOf(Server, World.KeyAgent, header: h => h["kid"] = "another")),
        "no credentials at all" => await Exchange(),
        "Authorization of another scheme" => await Authorize("Bearer " + await Server.FirstTokenAsync()),
        "Authorization names another client than client_id" => await Server.PostAsync("/token", World.InboxAgent, World.Secret, [.. Request(), ("client_id", World.SummaryAgent)]),
        "assertion of an unknown type" => await Exchange(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), AssertionOf(Server, World.KeyAgent)[1]),
        "assertion without its type" => await Exchange(AssertionOf(Server, World.KeyAgent)[1]),
        "type without an assertion" => await Exchange(("client_assertion_type", TokenTypes.ClientAssertion), ("client_id", World.KeyAgent)),
        "assertion issued in the future" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["iat"] = Server.Now.ToUnixTimeSeconds() + 7)),
        "assertion not valid yet" => await Exchange(AssertionOf(Server, World.KeyAgent, c => c["nbf"] = Server.Now.ToUnixTimeSeconds() + 7)),
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
        return await Server.SendAsync(request);
    }
}
