using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Bundles;

/// <summary>A relying app fetches the policies of its own resource, signed, and nothing of anybody else's.</summary>
public sealed class BundleTests(SharedOpsServer shared) : IClassFixture<SharedOpsServer>
{
    private const string Path = "/policies/bundle?resource=https://mail.example";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task The_bundle_holds_the_slice_of_the_resource_and_is_signed_for_it()
    {
        var answer = await GetAsync(Path);

        (answer.Status, answer.ContentType).ShouldBe((200, "application/policy-bundle+jwt"));
        answer.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        ((string)Jwt.Header(answer.Body)["typ"]!).ShouldBe("policy-bundle+jwt");
        var claims = Jwt.Payload(answer.Body);
        ((string)claims["iss"]!, (string)claims["aud"]!, (long)claims["iat"]!).ShouldBe((Server.Issuer, World.Mail, RunningServer.Start.ToUnixTimeSeconds()));
        var bundle = claims["bundle"]!;
        Names(bundle["policies"]!, "name").ShouldBe("answer-by-inbox-agent triage-by-archive-agent triage-by-inbox-agent triage-by-key-agent triage-by-summary-agent");
        Names(bundle["purposes"]!, "purpose").ShouldBe("inbox.triage mail.answer");
        Names(bundle["agents"]!, "clientId").ShouldBe("archive-agent inbox-agent key-agent summary-agent");
        Names(bundle["scopes"]!, "name").ShouldBe("mail.read mail.label mail.send");
        bundle["issuers"]!.ToJsonString().ShouldBe("""["https://idp.example"]""");
        bundle["agents"]![1]!.ToJsonString().ShouldBe("""{"clientId":"inbox-agent","kind":"ai_agent","tags":["internal"]}""");
        answer.Body.ShouldNotContain(World.SecretHash);
        ((long)bundle["policySetVersion"]!).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_known_already_is_not_sent_again()
    {
        var tag = (await GetAsync(Path)).Headers.ETag!.Tag;

        var again = await GetAsync(Path, tag);

        (again.Status, again.Body, again.Headers.ETag!.Tag).ShouldBe((304, string.Empty, tag));
        (await GetAsync(Path, "\"other\"")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_change_of_what_concerns_the_resource_changes_the_tag_and_another_does_not()
    {
        await using var server = await RunningServer.StartAsync();
        async Task<string> TagAsync() => (await GetAsync(Path, server: server)).Headers.ETag!.Tag;
        var before = await TagAsync();

        await server.ApplyAsync(World.Configuration with { Clients = [.. World.Configuration.Clients!, World.Configuration.Clients![0] with { ClientId = "another-agent" }] });
        (await TagAsync()).ShouldBe(before);

        await server.ApplyAsync(World.Configuration with { Clients = [.. World.Configuration.Clients!.Where(c => c.ClientId != World.InboxAgent), World.Configuration.Clients![0] with { Enabled = false }] });
        string.Equals(await TagAsync(), before, StringComparison.Ordinal).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/policies/bundle?resource=https://calendar.example", 404, "This client speaks for no such resource.")]
    [InlineData("/policies/bundle?resource=https://nowhere.example", 404, "This client speaks for no such resource.")]
    [InlineData("/policies/bundle?resource=mail", 400, "Name exactly one resource by its absolute URI: ?resource=https://api.example")]
    [InlineData("/policies/bundle", 400, "Name exactly one resource by its absolute URI: ?resource=https://api.example")]
    [InlineData("/policies/bundle?resource=https://mail.example&resource=https://mail.example", 400, "Name exactly one resource by its absolute URI: ?resource=https://api.example")]
    public async Task Of_other_resources_nothing_is_told(string path, int status, string detail)
    {
        var answer = await GetAsync(path);

        (answer.Status, (string)answer.Json["detail"]!, answer.ContentType).ShouldBe((status, detail, "application/problem+json"));
        if (status == 404)
        {
            var record = await Server.LastRecordAsync();
            (record.Reason, record.ClientId, record.RequestedScopes).ShouldBe(("resource_not_permitted", World.MailApi, "policies.read"));
        }
    }

    [Fact]
    public async Task Nobody_else_may_ask()
    {
        (await Server.ApiAsync(HttpMethod.Get, Path, null)).Status.ShouldBe(401);
        (await Server.ApiAsync(HttpMethod.Get, Path, await Server.FirstTokenAsync())).Status.ShouldBe(401);
        (await Server.ApiAsync(HttpMethod.Get, Path, await Server.ApiTokenAsync())).Status.ShouldBe(403);
    }

    private static string Names(JsonNode list, string member) => string.Join(' ', list.AsArray().Select(p => (string)p![member]!));

    private async Task<Answer> GetAsync(string path, string? tag = null, RunningServer? server = null)
    {
        server ??= Server;
        var token = (await server.PostAsync("/token", World.MailApi, World.Secret, ("grant_type", GrantTypes.ClientCredentials))).AccessToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (tag is not null)
        {
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag));
        }

        return await server.SendAsync(request);
    }
}
