using System.Diagnostics;
using System.Text.Json.Nodes;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>openid-client discovers the server and exchanges with private_key_jwt as it comes out of the box; jose validates what it gets.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task Openid_client_exchanges_and_jose_validates()
    {
        await using var server = await RunningServer.StartAsync(realClock: TimeProvider.System);

        var result = await RunAsync(server, World.AgentKey, World.Triage);

        result.ShouldNotContainKey("error");
        var payload = result["payload"]!.AsObject();
        result["header"]!["typ"]!.GetValue<string>().ShouldBe("at+jwt");
        ((string)payload["sub"]!, (string)payload["client_id"]!, (string)payload["purpose"]!, (string)payload["scope"]!).ShouldBe(("alice", World.KeyAgent, World.Triage, "mail.read"));
        payload["act"]!["sub"]!.GetValue<string>().ShouldBe(World.KeyAgent);
        ((string)result["tokenResponse"]!["issued_token_type"]!, (string)result["tokenResponse"]!["purpose"]!).ShouldBe(("urn:ietf:params:oauth:token-type:access_token", World.Triage));
    }

    [Fact]
    public async Task Openid_client_reads_our_errors()
    {
        await using var server = await RunningServer.StartAsync(realClock: TimeProvider.System);

        (await RunAsync(server, World.AgentKey, "no.such"))["error"]!.GetValue<string>().ShouldBe("invalid_request");
        (await RunAsync(server, new TestKey("agent-1"), World.Triage))["error"]!.GetValue<string>().ShouldBe("OAUTH_WWW_AUTHENTICATE_CHALLENGE");
    }

    private static async Task<JsonObject> RunAsync(RunningServer server, TestKey key, string purpose)
    {
        var start = new ProcessStartInfo("node", "exchange.mjs") { WorkingDirectory = Folders.Project("TokenExchange.Interop"), UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ISSUER"] = server.Issuer, ["CLIENT_ID"] = World.KeyAgent, ["CLIENT_JWK"] = key.Jwk(withPrivate: true).ToJsonString(), ["SUBJECT_TOKEN"] = server.Assertion(),
            ["RESOURCE"] = World.Mail, ["PURPOSE"] = purpose, ["SCOPE"] = "mail.read",
        })
        {
            start.Environment[name] = value;
        }

        if (!Directory.Exists(Path.Combine(start.WorkingDirectory, "node_modules")))
        {
            throw new InvalidOperationException("The npm packages are not installed: run bash tests/run.sh, or npm ci in tests/TokenExchange.Interop.");
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
        var line = (await output).Trim();
        return line.Length > 0 ? JsonNode.Parse(line)!.AsObject() : throw new InvalidOperationException(await error);
    }
}
