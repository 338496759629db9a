using System.Text.Json.Nodes;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>oauth4webapi goes every step itself: discovery, exchange, introspection, revocation, and the check of the token by RFC 9068.</summary>
public sealed class OAuth4WebApiTests(ServerProcess server)
{
    [Fact]
    public async Task Oauth4webapi_exchanges_validates_introspects_and_revokes()
    {
        var result = await RunAsync(Script.AsKeyAgent());

        result["token"].ShouldBeJson(
            """{"issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"bearer","expires_in":300,"scope":"mail.read","purpose":"inbox.triage"}""");
        result["validated"].ShouldBeAnActorToken(server.Issuer, World.KeyAgent);
        result["active"].ShouldBeAnActorToken(server.Issuer, World.KeyAgent);
        result["active"]!["active"]!.GetValue<bool>().ShouldBeTrue();
        result["active"]!["txn"]!.GetValue<string>().ShouldBe(result["validated"]!["txn"]!.GetValue<string>());
        result["afterwards"].ShouldBeJson("""{"active":false}""");
    }

    [Fact]
    public async Task Oauth4webapi_reads_what_was_refused_and_why()
    {
        var result = await RunAsync([.. Script.AsKeyAgent(), ("SCOPE", "mail.send")]);

        (result.Text("error"), result.Text("error_description"), result.Text("status")).ShouldBe(("invalid_scope", "A scope goes beyond what is permitted.", "400"));
        result.Text("error_uri").ShouldBe($"{server.Issuer}/errors/scope_not_permitted");
    }

    [Fact]
    public async Task Oauth4webapi_takes_a_failed_client_authentication_for_a_challenge()
    {
        var result = await RunAsync(Script.AsKeyAgent(new TestKey("agent-1")));

        (result.Text("error"), result.Text("challenge")).ShouldBe(("OAUTH_WWW_AUTHENTICATE_CHALLENGE", """["basic"]"""));
    }

    [Fact]
    public async Task Oauth4webapi_refuses_a_token_for_another_resource() =>
        (await RunAsync([.. Script.AsKeyAgent(), ("AUDIENCE", World.Calendar)])).Text("error").ShouldBe("OAUTH_JWT_CLAIM_COMPARISON_FAILED");

    private Task<JsonObject> RunAsync(params (string Name, string Value)[] more) =>
        Script.NodeAsync("oauth4webapi.mjs", Script.Asking(server.Issuer, [("RESOURCE_CLIENT", World.MailApi), ("RESOURCE_SECRET", World.Secret), .. more]));
}
