using System.Text.Json.Nodes;
using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>jose checks tokens against the published keys.</summary>
public sealed class JoseTests(ServerProcess server)
{
    [Requirement("RFC 9068", "4", "Keys are those the metadata of the issuer lead to")]
    [Fact]
    public async Task Jose_validates_a_token_against_the_published_keys()
    {
        var result = await VerifyAsync(await server.TokenAsync(), World.Mail);

        result["payload"].ShouldBeAnActorToken(server.Issuer, World.InboxAgent);
        (result["header"]!.AsObject().Text("typ"), result["header"]!.AsObject().Text("alg")).ShouldBe(("at+jwt", "ES256"));
    }

    [Fact]
    public async Task Jose_refuses_a_token_for_another_resource()
    {
        var result = await VerifyAsync(await server.TokenAsync(), World.Calendar);

        (result.Text("error"), result.Text("claim")).ShouldBe(("ERR_JWT_CLAIM_VALIDATION_FAILED", "aud"));
    }

    [Fact]
    public async Task Jose_finds_no_key_for_what_the_server_did_not_sign() =>
        (await VerifyAsync(ServerProcess.Assertion(), World.Mail)).Text("error").ShouldBe("ERR_JWKS_NO_MATCHING_KEY");

    private Task<JsonObject> VerifyAsync(string token, string audience) =>
        Script.NodeAsync("jose.mjs", Script.Asking(server.Issuer, ("TOKEN", token), ("AUDIENCE", audience)));
}
