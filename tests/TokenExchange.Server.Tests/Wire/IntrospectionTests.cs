using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 7662: who may ask, and what the answer carries.</summary>
public sealed class IntrospectionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Inactive = """{"active":false}""";

    private RunningServer Server => shared.Server;

    [Requirement("RFC 7662", "2.2", "The answer about a good token is active with its claims, act included")]
    [Requirement("RFC 7662", "4", "An answer is kept in no cache")]
    [Requirement("RFC 9470", "6.2", "An introspection answer says it as well")]
    [Fact]
    public async Task A_client_of_the_resource_learns_every_claim()
    {
        var token = await Server.FirstTokenAsync();

        var answer = await Server.IntrospectAsync(token);

        var expected = new JsonObject { ["active"] = true, ["token_type"] = "Bearer" };
        foreach (var (name, value) in Jwt.Payload(token))
        {
            expected[name] = value?.DeepClone();
        }

        JsonNode.DeepEquals(answer.Json, expected).ShouldBeTrue(answer.Body);
        answer.Json["act"]!["sub"]!.GetValue<string>().ShouldBe(World.InboxAgent);
        answer.Status.ShouldBe(200);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stranger_who_asks_about_a_living_token_is_on_record()
    {
        var token = await Server.FirstTokenAsync();

        await Server.IntrospectAsync(token, World.SummaryAgent);

        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.TokenId, record.Resource).ShouldBe(
            (Storage.Audit.RecordKind.Refusal, "token_of_another_resource", World.SummaryAgent, (string)Jwt.Payload(token)["jti"]!, World.Mail));
    }

    [Requirement("RFC 9701", "4", "A JWT is given to whoever names its media type in Accept")]
    [Requirement("RFC 9701", "5", "It is signed with a published key")]
    [Requirement("RFC 9701", "5", "It names the server, the resource that asked, and when")]
    [Requirement("RFC 9701", "5", "The answer has the media type of an introspection JWT and the typ that goes with it")]
    [Requirement("RFC 9701", "5", "What is said of the token stands in token_introspection, and no sub or exp beside it")]
    [Requirement("RFC 8725", "3.11", "Tokens are told apart by typ")]
    [Theory]
    [InlineData("application/token-introspection+jwt")]
    [InlineData("application/json;q=0.5, application/token-introspection+jwt")]
    public async Task On_request_the_answer_is_a_signed_JWT(string accept)
    {
        var token = await Server.FirstTokenAsync();

        var (type, body) = await IntrospectAsync(token, accept);

        type.ShouldBe("application/token-introspection+jwt");
        var header = Jwt.Header(body);
        ((string)header["typ"]!, (string)header["alg"]!).ShouldBe(("token-introspection+jwt", "ES256"));
        var claims = Jwt.Payload(body);
        claims.Select(c => c.Key).ShouldBe(["aud", "iat", "iss", "token_introspection"], ignoreOrder: true);
        ((string)claims["iss"]!, (string)claims["aud"]!, (long)claims["iat"]!).ShouldBe((Server.Issuer, World.MailApi, Server.Now.ToUnixTimeSeconds()));
        JsonNode.DeepEquals(claims["token_introspection"], (await Server.IntrospectAsync(token)).Json).ShouldBeTrue();
        var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(await Server.Http.GetStringAsync("/jwks")).GetSigningKeys();
        (await new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler().ValidateTokenAsync(
            body, new() { IssuerSigningKeys = keys, ValidIssuer = Server.Issuer, ValidAudience = World.MailApi, RequireExpirationTime = false, ValidTypes = ["token-introspection+jwt"] })).IsValid.ShouldBeTrue();
    }

    [Requirement("RFC 9701", "5", "A token that is not good, or not for who asks, is said to be not active and nothing more")]
    [Fact]
    public async Task The_signed_answer_about_no_token_is_that_it_is_not_active() =>
        Jwt.Payload((await IntrospectAsync("nonsense", "application/token-introspection+jwt")).Body)["token_introspection"]!.ToJsonString().ShouldBe(Inactive);

    [Requirement("RFC 9701", "4", "Whoever does not name it gets JSON")]
    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/token-introspection+jwt;q=0")]
    [InlineData("application/jwt")]
    public async Task Who_does_not_ask_for_a_JWT_by_name_gets_JSON(string accept) =>
        (await IntrospectAsync("nonsense", accept)).ShouldBe(("application/json; charset=utf-8", Inactive));

    [Requirement("RFC 7662", "2.2", "The answer about any other token says that it is not active, and nothing more")]
    [Requirement("RFC 7662", "4", "A token is active only for a resource it can be used at")]
    [Theory]
    [InlineData(World.InboxAgent)]
    [InlineData(World.SummaryAgent)]
    public async Task Whoever_is_not_a_client_of_the_resource_learns_nothing(string client) =>
        (await Server.IntrospectAsync(await Server.FirstTokenAsync(), client)).Body.ShouldBe(Inactive);

    [Requirement("RFC 9701", "3", "The server tells whether the caller is the audience")]
    [Requirement("RFC 7662", "2.2", "Different protected resources may learn different things")]
    [Requirement("RFC 7662", "4", "A token is active only for a resource it can be used at")]
    [Fact]
    public async Task A_resources_client_learns_nothing_of_another_resources_tokens()
    {
        var token = (await Server.HopAsync(World.ArchiveAgent, await Server.FirstTokenAsync(), TokenTypes.AccessToken, ("resource", World.Calendar))).AccessToken;

        (await Server.IntrospectAsync(token)).Body.ShouldBe(Inactive);
    }

    [Requirement("RFC 7662", "2.2", "The answer about any other token says that it is not active, and nothing more")]
    [Requirement("RFC 7662", "2.3", "A question about a token that is not good is no error")]
    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    public async Task What_is_no_token_is_not_active(string token) => (await Server.IntrospectAsync(token)).Body.ShouldBe(Inactive);

    [Requirement("RFC 7662", "2.2", "The answer about any other token says that it is not active, and nothing more")]
    [Requirement("RFC 8725", "3.12", "A JWT of one kind is refused wherever another is due")]
    [Fact]
    public async Task A_session_assertion_is_not_active() => (await Server.IntrospectAsync(Server.Assertion())).Body.ShouldBe(Inactive);

    [Requirement("RFC 7662", "4", "The signature is verified before anything is said of a token")]
    [Requirement("RFC 8725", "3.3", "A signature that does not verify refuses the whole token")]
    [Fact]
    public async Task A_token_with_a_changed_claim_is_not_active()
    {
        var parts = (await Server.FirstTokenAsync()).Split('.');
        var payload = Jwt.Payload(string.Join('.', parts));
        payload["scope"] = "mail.send";
        parts[1] = Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(payload.ToJsonString());

        (await Server.IntrospectAsync(string.Join('.', parts))).Body.ShouldBe(Inactive);
    }

    [Requirement("RFC 7662", "2.1", "A hint of the token type may come along and changes nothing")]
    [Theory]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("nonsense")]
    public async Task A_token_type_hint_changes_nothing(string hint)
    {
        var token = await Server.FirstTokenAsync();

        (await Server.PostAsync("/introspect", World.MailApi, World.Secret, ("token", token), ("token_type_hint", hint))).Json["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Requirement("RFC 7662", "2.1", "The question is a POST with the token in the form")]
    [Fact]
    public async Task Without_a_token_the_request_is_malformed()
    {
        var answer = await Server.PostAsync("/introspect", World.MailApi, World.Secret);

        answer.Body.ShouldBe($$"""{"error":"invalid_request","error_description":"The request is not a well-formed token request.","error_uri":"{{Server.Issuer}}/errors/malformed_request"}""");
        answer.Status.ShouldBe(400);
    }

    [Requirement("RFC 7662", "2.1", "Whoever asks must authenticate")]
    [Requirement("RFC 7662", "2.3", "Wrong credentials are 401")]
    [Requirement("ASVS 5.0", "V10.4.10", "Clients authenticate whenever they call the server")]
    [Fact]
    public async Task Without_authentication_nobody_learns_anything()
    {
        var answer = await Server.PostAsync("/introspect", World.MailApi, "wrong", ("token", await Server.FirstTokenAsync()));

        answer.Body.ShouldBe($$"""{"error":"invalid_client","error_description":"Client authentication failed.","error_uri":"{{Server.Issuer}}/errors/client_authentication_failed"}""");
        answer.Status.ShouldBe(401);
    }

    [Requirement("RFC 7662", "2.3", "A question about a token that is not good is no error")]
    [Requirement("RFC 7662", "4", "Expired tokens are not active")]
    [Fact]
    public async Task An_expired_token_is_not_active()
    {
        await using var server = await RunningServer.StartAsync();
        var token = await server.FirstTokenAsync();
        (await server.IntrospectAsync(token)).Json["active"]!.GetValue<bool>().ShouldBeTrue();

        // exp is the first instant at which it is no longer good: 299.5 s after the fraction it was issued at.
        server.Clock.Advance(TimeSpan.FromSeconds(299.4));
        (await server.IntrospectAsync(token)).Json["active"]!.GetValue<bool>().ShouldBeTrue();
        server.Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await server.IntrospectAsync(token)).Body.ShouldBe(Inactive);
    }

    public static TheoryData<string> Disabled => ["issuer", "resource", "purpose", "agent", "earlier agent", "introspecting client removed"];

    [Theory]
    [MemberData(nameof(Disabled))]
    public async Task Disabling_a_party_ends_its_tokens_at_once(string party)
    {
        await using var server = await RunningServer.StartAsync();
        var root = await server.FirstTokenAsync();
        var leaf = (await server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).AccessToken;
        (await server.IntrospectAsync(leaf)).Json["active"]!.GetValue<bool>().ShouldBeTrue();

        var c = World.Configuration;
        await server.ApplyAsync(party switch
        {
            "issuer" => c with { Issuers = [c.Issuers![0] with { Enabled = false }] },
            "resource" => c with { Resources = [c.Resources![0] with { Enabled = false }, c.Resources[1]] },
            "purpose" => c with { Purposes = [c.Purposes![0] with { State = "retired" }, .. c.Purposes.Skip(1)] },
            "agent" => c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.SummaryAgent ? x with { Enabled = false } : x)] },
            "earlier agent" => c with { Clients = [.. c.Clients!.Select(x => x.ClientId == World.InboxAgent ? x with { Enabled = false } : x)] },
            "introspecting client removed" => c with { Resources = [c.Resources![0] with { Clients = [] }, c.Resources[1]] },
            _ => throw new ArgumentOutOfRangeException(nameof(party)),
        });

        (await server.IntrospectAsync(leaf)).Body.ShouldBe(Inactive);
        if (party is not "agent" and not "introspecting client removed")
        {
            (await server.HopAsync(World.SummaryAgent, root, TokenTypes.AccessToken)).Status.ShouldBe(400);
        }
    }

    private async Task<(string? Type, string Body)> IntrospectAsync(string token, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/introspect")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("token", token), KeyValuePair.Create("client_id", World.MailApi), KeyValuePair.Create("client_secret", World.Secret)]),
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        var answer = await Server.SendAsync(request);
        return (answer.ContentType, answer.Body);
    }
}
