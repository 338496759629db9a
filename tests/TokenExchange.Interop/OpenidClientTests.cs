using System.Text.Json.Nodes;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>openid-client discovers the server and exchanges with private_key_jwt as it comes out of the box; jose validates what it gets.</summary>
public sealed class OpenidClientTests(ServerProcess server)
{
    [Fact]
    public async Task Openid_client_exchanges_with_a_key()
    {
        var result = await RunAsync(Script.AsKeyAgent());

        result["payload"].ShouldBeAnActorToken(server.Issuer, World.KeyAgent);
        result["header"]!.AsObject().Text("typ").ShouldBe("at+jwt");
        result["tokenResponse"].ShouldBeJson(
            """{"issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"bearer","expires_in":300,"scope":"mail.read","purpose":"inbox.triage"}""");
    }

    [Fact]
    public async Task Openid_client_reads_what_was_refused_and_why()
    {
        var result = await RunAsync([.. Script.AsKeyAgent(), ("PURPOSE", "no.such")]);

        (result.Text("error"), result.Text("error_description"), result.Text("status")).ShouldBe(("invalid_request", "The purpose is not permitted.", "400"));
        result.Text("error_uri").ShouldBe($"{server.Issuer}/errors/purpose_not_permitted");
    }

    [Fact]
    public async Task Openid_client_takes_a_failed_client_authentication_for_a_challenge() =>
        (await RunAsync(Script.AsKeyAgent(new TestKey("agent-1")))).Text("error").ShouldBe("OAUTH_WWW_AUTHENTICATE_CHALLENGE");

    private Task<JsonObject> RunAsync(params (string Name, string Value)[] more) => Script.NodeAsync("openid-client.mjs", Script.Asking(server.Issuer, more));
}
