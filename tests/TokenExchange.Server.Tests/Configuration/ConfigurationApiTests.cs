using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Policies;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Configuration;

/// <summary>The configuration over HTTP: what the commands do, for who has seen what is there.</summary>
public sealed class ConfigurationApiTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PolicyWorld.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_is_what_export_prints()
    {
        var answer = await _server.AdminAsync(HttpMethod.Get, "/configuration");

        (answer.Status, answer.Headers.ETag!.Tag).ShouldBe((200, "\"1\""));
        answer.Body.ShouldBe(JsonSerializer.Serialize(await _server.Editor.ExportAsync(default), ConfigurationJson.Compact));
    }

    [Fact]
    public async Task Sections_that_are_sent_are_made_so_and_others_stay()
    {
        var before = await _server.StoredAsync();
        var body = Clients(c => c.ClientId == World.InboxAgent ? c with { Enabled = false, SecretSha256 = World.SecretHash[..42] + "A" } : c);
        const string Changes = """{"changes":[{"change":"changed","kind":"client","name":"inbox-agent","members":[{"path":"secretSha256","from":"…","to":"…"},{"path":"enabled","from":true,"to":false}]}],"policySetVersion":1}""";

        (await _server.AdminAsync(HttpMethod.Put, "/configuration?dryRun=true", body, "\"1\"")).Body.ShouldBe(Changes);
        (await _server.StoredAsync()).Version.ShouldBe(1);
        var answer = await _server.AdminAsync(HttpMethod.Put, "/configuration", body, "\"1\"");

        (answer.Status, answer.Body).ShouldBe((200, Changes));
        var stored = await _server.StoredAsync();
        (stored.Version, stored.Content.Policies!.Count, stored.Content.Issuers!.Count).ShouldBe((2, before.Content.Policies!.Count, before.Content.Issuers!.Count));
        var record = (await _server.RecordsAsync()).First(r => r.Kind == RecordKind.Configuration);
        (record.Reason, record.ClientId, record.Source, record.Detail).ShouldBe(("applied", World.Ops, "127.0.0.1", "~ client inbox-agent\n    secretSha256: changed\n    enabled: true -> false"));
    }

    [Theory]
    [InlineData(null, 428, "Send If-Match with the ETag of what you have read, so that nobody's change is lost.")]
    [InlineData("*", 428, "Send If-Match with the ETag of what you have read, so that nobody's change is lost.")]
    [InlineData("\"0\"", 412, "The configuration has been changed since you read it. Nothing was changed; read it again.")]
    [InlineData("\"2\"", 412, "The configuration has been changed since you read it. Nothing was changed; read it again.")]
    public async Task Who_writes_it_says_what_they_have_seen(string? ifMatch, int status, string detail)
    {
        var answer = await _server.AdminAsync(HttpMethod.Put, "/configuration", """{"policies":[]}""", ifMatch);

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((status, detail));
        (await _server.StoredAsync()).Version.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"resources":[],"policies":[{"name":"x","limits":{"maxLifetime":"02:00:00"}}]}""", "policies[0].limits.maxLifetime", "write a duration from 00:00:01 to 01:00:00")]
    [InlineData("""{"clients":[{"clientId":"a","secret":"b"}]}""", "clients[0].secret",
        "is not a member; write one of clientId, name, kind, owner, tags, secretSha256, previousSecretSha256, previousSecretExpires, jwks, jwksUri, allowPrivateHosts, tlsCertificate, workloads, enabled, expires")]
    [InlineData("""{"version":9}""", "version", "is not a member; write one of issuers, resources, clients, purposes, policies")]
    public async Task A_mistake_is_named_with_its_member(string json, string member, string message)
    {
        var answer = await _server.AdminAsync(HttpMethod.Put, "/configuration", json, "\"1\"");

        answer.Status.ShouldBe(400);
        answer.Json["errors"]![member]!.Text().ShouldBe($"[\"{message}\"]");
        (await _server.StoredAsync()).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Another_word_than_true_or_false_is_no_dry_run() =>
        (await _server.AdminAsync(HttpMethod.Put, "/configuration?dryRun=yes", "{}", "\"1\"")).Json["errors"]!.Text().ShouldBe("""{"dryRun":["write true or false"]}""");

    [Theory]
    [InlineData("policies")]
    [InlineData("a new administrator")]
    [InlineData("another secret of an administrator")]
    public async Task Who_may_not_publish_changes_neither_policies_nor_who_administers(string what)
    {
        var writer = await _server.TokenAsync(World.Ops, "admin.write");

        var answer = await _server.ApiAsync(HttpMethod.Put, "/admin/api/configuration", writer, Body(what), "\"1\"");

        (answer.Status, (string)answer.Json["error"]!).ShouldBe((403, "insufficient_scope"));
        ((string)answer.Json["detail"]!).ShouldBe("This changes purposes, policies or clients of kind automation, which needs the scope admin.publish as well.");
        (await _server.LastRecordAsync()).Reason.ShouldBe("publish_refused");
        (await _server.StoredAsync()).Version.ShouldBe(1);
        (await _server.ApiAsync(HttpMethod.Put, "/admin/api/configuration", await _server.TokenAsync(World.Ops, "admin.write admin.publish"), Body(what), "\"1\"")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("policies", "With Policies:FourEyes, purposes and policies change through a draft, which somebody else publishes.")]
    [InlineData("a new administrator", "With Policies:FourEyes, clients of kind automation are added and changed with the command apply; here they can be disabled or taken out.")]
    [InlineData("another secret of an administrator", "With Policies:FourEyes, clients of kind automation are added and changed with the command apply; here they can be disabled or taken out.")]
    public async Task With_four_eyes_there_is_no_way_around_them_but_the_host(string what, string detail)
    {
        await using var server = await PolicyWorld.StartAsync(fourEyes: true);

        var answer = await server.AdminAsync(HttpMethod.Put, "/configuration", Body(what), "\"1\"");

        (answer.Status, (string)answer.Json["error"]!, (string)answer.Json["detail"]!).ShouldBe((403, "four_eyes", detail));
        (await server.LastRecordAsync()).Reason.ShouldBe("four_eyes_refused");
        (await server.StoredAsync()).Version.ShouldBe(1);
        await server.ApplyAsync(JsonSerializer.Deserialize<ExchangeConfiguration>(Body(what), ConfigurationJson.Compact)!);
        (await server.StoredAsync()).Version.ShouldBe(2, "whoever has the host has the database");
    }

    [Fact]
    public async Task With_four_eyes_an_administrator_can_still_be_stopped()
    {
        await using var server = await PolicyWorld.StartAsync(fourEyes: true);

        (await server.AdminAsync(HttpMethod.Put, "/configuration", Clients(c => c.ClientId == PolicyWorld.Second ? c with { Enabled = false } : c), "\"1\"")).Status.ShouldBe(200);

        (await server.AdminAsync(HttpMethod.Put, "/configuration", Clients(c => c), "\"2\"")).Status.ShouldBe(403, "and not be let in again in the same way");
    }

    [Fact]
    public async Task A_whole_configuration_may_be_larger_than_any_other_request_and_not_without_end()
    {
        var purposes = Enumerable.Range(0, 400).Select(i => new PurposeDefinition { Purpose = $"p{i}", Title = "T", Description = new string('x', 1000) });
        var body = JsonSerializer.Serialize(new ExchangeConfiguration { Purposes = [.. World.Configuration.Purposes!, .. purposes] }, ConfigurationJson.Compact);

        (await _server.AdminAsync(HttpMethod.Put, "/configuration", body, "\"1\"")).Status.ShouldBe(200);
        (await _server.AdminAsync(HttpMethod.Put, "/configuration", $$"""{"x":"{{new string('x', 10_000_000)}}"}""", "\"2\"")).Status.ShouldBe(413);
    }

    private static string Body(string what) => what switch
    {
        "policies" => """{"policies":[]}""",
        "a new administrator" => JsonSerializer.Serialize(
            new ExchangeConfiguration { Clients = [.. PolicyWorld.Configuration.Clients!, new ClientDefinition { ClientId = "third", Name = "Third", Kind = ClientKind.Automation, SecretSha256 = World.SecretHash }] },
            ConfigurationJson.Compact),
        _ => Clients(c => c.ClientId == PolicyWorld.Second ? c with { SecretSha256 = World.SecretHash[..42] + "A" } : c),
    };

    private static string Clients(Func<ClientDefinition, ClientDefinition> change) =>
        JsonSerializer.Serialize(new ExchangeConfiguration { Clients = [.. PolicyWorld.Configuration.Clients!.Select(change)] }, ConfigurationJson.Compact);
}
