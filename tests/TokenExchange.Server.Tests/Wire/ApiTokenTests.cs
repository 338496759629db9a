using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>Tokens for the server's own API: who gets one, what it is good for, and that it is good for nothing else.</summary>
public sealed class ApiTokenTests(SharedOpsServer shared) : IClassFixture<SharedOpsServer>
{
    private const string Preview = """{"kind":"agent","id":"inbox-agent"}""";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_script_gets_a_token_for_itself_with_exactly_these_claims()
    {
        var answer = await AskAsync(World.Ops);

        var token = answer.AccessToken;
        answer.Body.ShouldBe($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":300,"scope":"admin.keys admin.publish admin.read admin.revoke admin.write"}""");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        ((string)Jwt.Header(token)["typ"]!).ShouldBe("at+jwt");
        var claims = Jwt.Payload(token);
        var now = RunningServer.Start.ToUnixTimeSeconds();
        claims.ToJsonString().ShouldBe($$"""{"iss":"{{Server.Issuer}}","exp":{{now + 300}},"iat":{{now}},"nbf":{{now}},"aud":"{{Server.Issuer}}","jti":"{{claims["jti"]}}","sub":"ops-script","client_id":"ops-script","scope":"admin.keys admin.publish admin.read admin.revoke admin.write"}""");
    }

    [Fact]
    public async Task A_token_for_the_API_is_on_record()
    {
        var token = (await AskAsync(World.Ops, ("scope", "admin.read"))).AccessToken;

        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.TokenId, record.Resource, record.RequestedScopes, record.GrantedScopes, record.Subject)
            .ShouldBe((RecordKind.ApiToken, "permitted", World.Ops, (string)Jwt.Payload(token)["jti"]!, Server.Issuer, "admin.read", "admin.read", null));
    }

    [Theory]
    [InlineData(World.InboxAgent)]
    [InlineData(World.ArchiveAgent)]
    public async Task Nobody_else_gets_one(string client) =>
        await ShouldRefuseAsync(await AskAsync(client), "unauthorized_client", "client_has_no_api", "This client may not use this grant.");

    [Theory]
    [InlineData("scope", "policies.read", "invalid_scope", "scope_not_permitted", "A scope goes beyond what is permitted.")]
    [InlineData("scope", "mail.read", "invalid_scope", "scope_not_permitted", "A scope goes beyond what is permitted.")]
    [InlineData("scope", "admin.read  admin.revoke", "invalid_request", "parameter_malformed", "A parameter has a value that cannot be read.")]
    [InlineData("resource", World.Mail, "invalid_target", "resource_not_permitted", "The resource is unknown or not permitted.")]
    [InlineData("audience", "x", "invalid_target", "resource_not_permitted", "The resource is unknown or not permitted.")]
    public async Task What_is_not_for_scripts_is_refused(string parameter, string value, string error, string code, string description) =>
        await ShouldRefuseAsync(await AskAsync(World.Ops, (parameter, value)), error, code, description);

    [Fact]
    public async Task What_may_be_sent_once_is_refused_twice() =>
        await ShouldRefuseAsync(await AskAsync(World.Ops, ("scope", "admin.read"), ("scope", "admin.read")), "invalid_request", "parameter_repeated", "A parameter that may appear once appears more than once.");

    [Fact]
    public async Task A_relying_app_gets_one_for_what_relying_apps_ask() =>
        ((string)(await AskAsync(World.MailApi)).Json["scope"]!).ShouldBe("decisions.evaluate events.receive policies.read");

    [Fact]
    public async Task The_server_itself_may_be_named_as_the_resource() => (await AskAsync(World.Ops, ("resource", Server.Issuer))).Status.ShouldBe(200);

    [Fact]
    public async Task It_is_no_subject_token_and_no_actor_token_and_nobody_introspects_it()
    {
        var token = await Server.ApiTokenAsync();

        (await Server.HopAsync(World.InboxAgent, token, TokenTypes.AccessToken)).Body.ShouldContain("/errors/subject_token_claims");
        (await Server.HopAsync(World.InboxAgent, token, TokenTypes.Jwt)).Status.ShouldBe(400);
        (await Server.HopAsync(World.InboxAgent, Server.Assertion(), TokenTypes.Jwt, ("actor_token", token), ("actor_token_type", TokenTypes.Jwt))).Status.ShouldBe(400);
        (await Server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
    }

    [Fact]
    public async Task An_actor_token_or_an_assertion_opens_nothing_here()
    {
        foreach (var token in new[] { await Server.FirstTokenAsync(), Server.Assertion(), "a.b.c", "x", new string('x', 12_000) })
        {
            var answer = await Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations/preview", token, Preview);

            (answer.Status, answer.Headers.WwwAuthenticate.ToString()).ShouldBe((401, "Bearer error=\"invalid_token\""));
            ((string)answer.Json["detail"]!).ShouldBe("The token is not good here: expired, revoked, or for something else.");
            (await Server.LastRecordAsync()).Reason.ShouldBe("invalid_token");
        }
    }

    [Fact]
    public async Task Without_a_token_nothing_is_opened_and_no_error_is_named()
    {
        var answer = await Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", null, Preview);

        (answer.Status, answer.Headers.WwwAuthenticate.ToString()).ShouldBe((401, "Bearer"));
        (await Server.LastRecordAsync()).Reason.ShouldBe("api_token_missing");
    }

    [Fact]
    public async Task A_token_opens_what_its_scope_says()
    {
        var reader = await Server.ApiTokenAsync("admin.read");

        (await Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations/preview", reader, Preview)).Status.ShouldBe(200);
        var answer = await Server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", reader, Preview);

        (answer.Status, answer.Headers.WwwAuthenticate.ToString()).ShouldBe((403, "Bearer error=\"insufficient_scope\", scope=\"admin.revoke\""));
        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.RequestedScopes).ShouldBe((RecordKind.Refusal, "insufficient_scope", World.Ops, "admin.revoke"));
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("its client disabled")]
    [InlineData("its client of another kind")]
    public async Task A_token_ends(string how)
    {
        await using var server = await RunningServer.StartAsync(World.WithOps(World.Configuration));
        var token = await server.ApiTokenAsync();
        (await server.ApiAsync(HttpMethod.Post, "/admin/api/revocations/preview", token, Preview)).Status.ShouldBe(200);

        switch (how)
        {
            case "revoked":
                (await server.RevokeAsync(token, World.InboxAgent)).Status.ShouldBe(400);
                (await server.ApiAsync(HttpMethod.Post, "/admin/api/revocations/preview", token, Preview)).Status.ShouldBe(200);
                (await server.RevokeAsync(token, World.Ops)).Status.ShouldBe(200);
                break;
            case "expired":
                server.Clock.Advance(TimeSpan.FromSeconds(300));
                break;
            default:
                await server.ApplyAsync(new Core.Configuration.ExchangeConfiguration
                {
                    Clients = [.. World.WithOps(World.Configuration).Clients!.Select(c => c.ClientId != World.Ops ? c : how == "its client disabled" ? c with { Enabled = false } : c with { Kind = "resource" })],
                });
                break;
        }

        (await server.ApiAsync(HttpMethod.Post, "/admin/api/revocations/preview", token, Preview)).Status.ShouldBe(401);
    }

    private Task<Answer> AskAsync(string client, params (string Name, string? Value)[] form) =>
        Server.PostAsync("/token", client, World.Secret, [("grant_type", GrantTypes.ClientCredentials), .. form]);

    private async Task ShouldRefuseAsync(Answer answer, string error, string code, string description)
    {
        answer.Body.ShouldBe($$"""{"error":"{{error}}","error_description":"{{description}}","error_uri":"{{Server.Issuer}}/errors/{{code}}"}""");
        answer.Status.ShouldBe(400);
        var record = await Server.LastRecordAsync();
        (record.Kind, record.Reason).ShouldBe((RecordKind.Refusal, code));
    }
}
