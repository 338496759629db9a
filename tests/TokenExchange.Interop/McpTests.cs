using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Interop.Running;
using TokenExchange.ResourceServer;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>The MCP TypeScript SDK: from the challenge of a relying app, built with our package, to a token and the call of a tool.</summary>
public sealed class McpTests(ServerProcess server) : IAsyncLifetime
{
    private RelyingApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await RelyingApp.StartAsync(
        services =>
        {
            services.AddAuthentication().AddActorToken(o => (o.Authority, o.Resource, o.Scopes, o.RequireHttpsMetadata) = (server.Issuer, server.AppResource, ["tools.call"], false));
            services.AddActorTokenAuthorization();
        },
        app =>
        {
            app.UseAuthentication().UseAuthorization();
            app.MapActorTokenMetadata();
            app.MapPost("/mcp", ServeAsync).RequirePurpose(World.Triage).RequireScope("tools.call");
            app.MapPost("/digest", ServeAsync).RequirePurpose("mail.digest");
        },
        server.App);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_MCP_client_that_is_challenged_exchanges_and_calls_a_tool(bool withKey)
    {
        var result = await RunAsync("/mcp", withKey ? Script.AsKeyAgent() : Script.AsInboxAgent());

        var agent = withKey ? World.KeyAgent : World.InboxAgent;
        JsonNode.Parse((string)result["result"]!["content"]![0]!["text"]!).ShouldBeAnActorToken(server.Issuer, agent, server.AppResource, "tools.call");
        result["tokens"].ShouldBeJson($$"""{"token_type":"Bearer","expires_in":300,"scope":"tools.call","issuer":"{{server.Issuer}}"}""");
    }

    [Requirement("RFC 8707", "2", "The client names the resource it wants to call")]
    [Requirement("RFC 9728", "3.3", "The resource in the metadata is the one the address was made from")]
    [Fact]
    public async Task The_SDK_finds_the_resource_and_sends_it_unprompted_as_it_is_registered()
    {
        var result = await RunAsync("/mcp", Script.AsKeyAgent());

        result["resourceMetadata"].ShouldBeJson(
            $$"""{"resource":"{{server.AppResource}}","authorization_servers":["{{server.Issuer}}"],"bearer_methods_supported":["header"],"scopes_supported":["tools.call"]}""");
        result["sent"].ShouldBeJson($"""["{server.AppResource}"]""");
    }

    [Fact]
    public async Task The_SDKs_own_discovery_wants_an_authorization_endpoint_which_RFC_8414_does_not_want_of_this_server()
    {
        var result = await RunAsync("/mcp", [.. Script.AsKeyAgent(), ("DISCOVERY", "sdk")]);

        (result.Text("name"), result.Text("issues")).ShouldBe(("ZodError", """["authorization_endpoint"]"""));
    }

    [Fact]
    public async Task The_SDK_reads_what_was_refused_and_why()
    {
        var refused = await RunAsync("/mcp", [.. Script.AsKeyAgent(), ("PURPOSE", "no.such")]);
        var unknown = await RunAsync("/mcp", Script.AsInboxAgent("wrong"));

        (refused.Text("name"), refused.Text("error"), refused.Text("message")).ShouldBe(("InvalidRequestError", "invalid_request", "The purpose is not permitted."));
        refused.Text("error_uri").ShouldBe($"{server.Issuer}/errors/purpose_not_permitted");
        (unknown.Text("name"), unknown.Text("error"), unknown.Text("message")).ShouldBe(("InvalidClientError", "invalid_client", "Client authentication failed."));
    }

    [Fact]
    public async Task The_SDK_reads_that_the_relying_app_accepts_another_purpose_only()
    {
        var result = await RunAsync("/digest", Script.AsKeyAgent());

        (result.Text("name"), result.Text("error")).ShouldBe(("StreamableHTTPError", "403"));
        result.Text("message").ShouldEndWith("""{"error":"insufficient_purpose","error_description":"The purpose of the token does not permit this."}""");
    }

    private Task<JsonObject> RunAsync(string path, params (string Name, string Value)[] more) =>
        Script.NodeAsync("mcp.mjs", Script.Asking(server.Issuer, [("SERVER_URL", new Uri(_app.Address, path).ToString()), ("SCOPE", "tools.call"), ("TOOL", "whoami"), .. more]));

    /// <summary>As much of MCP's Streamable HTTP as one tool needs: it answers with the claims of the token it was called with.</summary>
    private static async Task ServeAsync(HttpContext http)
    {
        var request = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        JsonObject? result = (string)request["method"]! switch
        {
            "initialize" => new()
            {
                ["protocolVersion"] = request["params"]!["protocolVersion"]!.DeepClone(), ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                ["serverInfo"] = new JsonObject { ["name"] = "an MCP server", ["version"] = "1.0.0" },
            },
            "tools/call" => new()
            {
                ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Jwt.Payload(http.Request.Headers.Authorization.ToString()["Bearer ".Length..]).ToJsonString() }),
            },
            _ => null,
        };
        var answer = result is null ? Results.Accepted() : Results.Json(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result });
        await answer.ExecuteAsync(http);
    }
}
