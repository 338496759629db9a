using TokenExchange.Interop.Running;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Interop;

/// <summary>The script of docs/events.md, as it stands there: jose and what Node brings receive a revocation.</summary>
public sealed class EventScriptTests(ServerProcess server)
{
    private static readonly string s_docs = Folders.Docs;
    private static readonly string s_script = Path.Combine(s_docs, "node", "receive-events.mjs");

    [Fact]
    public async Task The_script_receives_a_revocation_and_deletes_its_stream_when_it_is_stopped()
    {
        var token = await server.TokenAsync();
        var (process, copy) = await Script.BeginNodeAsync(s_script, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ISSUER"] = server.Issuer, ["CLIENT_ID"] = World.MailApi, ["CLIENT_SECRET"] = World.Secret,
        });
        await using var disposed = process;
        try
        {
            // The configuration was applied a moment ago: a new stream begins with that.
            (await process.OutputWithAsync("policies-changed")).ShouldContain("policies-changed");

            await server.RevokeAsync(token);

            var id = (string)Jwt.Payload(token)["jti"]!;
            (await process.OutputWithAsync(id)).ShouldContain($"\"root\":{{\"kind\":\"token\",\"id\":\"{id}\"");
            (await process.InterruptAsync()).ShouldBe(0);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public async Task The_page_shows_the_script_as_it_is() =>
        (await File.ReadAllTextAsync(Path.Combine(s_docs, "events.md"))).ShouldContain($"```js\n{(await File.ReadAllTextAsync(s_script)).TrimEnd()}\n```");
}
