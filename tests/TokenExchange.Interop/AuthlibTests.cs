using System.Text.Json.Nodes;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>Authlib's OAuth2Session exchanges, authlib.jose validates.</summary>
public sealed class AuthlibTests(ServerProcess server)
{
    [Fact]
    public async Task Authlib_exchanges_with_a_secret_and_validates()
    {
        var result = await RunAsync([.. Script.AsInboxAgent(), ("SCOPE", "mail.label mail.read")]);

        result["claims"].ShouldBeAnActorToken(server.Issuer, World.InboxAgent, scope: "mail.label mail.read");
        result["header"]!.AsObject().Text("typ").ShouldBe("at+jwt");
        var token = result["token"]!.AsObject();
        token.Remove("expires_at");
        token.ShouldBeJson(
            """{"issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":300,"scope":"mail.label mail.read","purpose":"inbox.triage"}""");
    }

    [Requirement("RFC 7523", "5", "Server and client agree on issuer, audience and keys beforehand")]
    [Fact]
    public async Task Authlib_exchanges_with_a_key_when_told_audience_and_lifetime_of_its_assertions() =>
        (await RunAsync(Script.AsKeyAgent()))["claims"].ShouldBeAnActorToken(server.Issuer, World.KeyAgent);

    [Requirement("RFC 7523", "5", "Server and client agree on issuer, audience and keys beforehand")]
    [Fact]
    public async Task Authlibs_assertions_as_they_come_out_of_the_box_are_refused()
    {
        var result = await RunAsync([.. Script.AsKeyAgent(), ("ASSERTION", "defaults")]);

        (result.Text("name"), result.Text("error"), result.Text("error_description")).ShouldBe(("OAuthError", "invalid_client", "Client authentication failed."));
    }

    [Fact]
    public async Task Authlib_reads_what_was_refused()
    {
        var result = await RunAsync([.. Script.AsInboxAgent(), ("RESOURCE", "https://no.such")]);

        (result.Text("name"), result.Text("error"), result.Text("error_description")).ShouldBe(("OAuthError", "invalid_target", "The resource is unknown or not permitted."));
    }

    [Fact]
    public async Task Authlib_refuses_a_token_for_another_resource()
    {
        var result = await RunAsync([.. Script.AsInboxAgent(), ("AUDIENCE", World.Calendar)]);

        (result.Text("name"), result.Text("error"), result.Text("error_description")).ShouldBe(("InvalidClaimError", "invalid_claim", "Invalid claim \"aud\""));
    }

    private Task<JsonObject> RunAsync(params (string Name, string Value)[] more) => Script.PythonAsync("authlib_exchange.py", Script.Asking(server.Issuer, more));
}
