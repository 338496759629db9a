using System.Globalization;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Policies;

/// <summary>A draft from its beginning to its end, as far as one who writes it alone sees it.</summary>
public sealed class DraftTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PolicyWorld.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_draft_begins_with_what_is_published()
    {
        var answer = await _server.AdminAsync(HttpMethod.Post, "/drafts", """{"title":"Tidy up"}""");

        var id = (string)answer.Json["id"]!;
        answer.Status.ShouldBe(201);
        id.Length.ShouldBe(22);
        (answer.Headers.Location!.OriginalString, answer.Headers.ETag!.Tag, answer.ContentType).ShouldBe(($"/admin/api/drafts/{id}", "\"1\"", "application/json; charset=utf-8"));
        answer.Body.ShouldBe(
            $$"""{"id":"{{id}}","title":"Tidy up","basedOn":1,"version":1,"editors":["ops-script"],"createdAt":"2026-03-02T10:00:00.5+00:00","createdBy":"ops-script","updatedAt":"2026-03-02T10:00:00.5+00:00","updatedBy":"ops-script",{{PolicyWorld.Content()}}}""");
        var read = await _server.AdminAsync(HttpMethod.Get, $"/drafts/{id}");
        (read.Status, read.Body, read.Headers.ETag!.Tag).ShouldBe((200, answer.Body, "\"1\""));
        (await _server.AdminAsync(HttpMethod.Get, "/drafts")).Body.ShouldBe(
            $$"""{"drafts":[{"id":"{{id}}","title":"Tidy up","basedOn":1,"version":1,"editors":["ops-script"],"createdAt":"2026-03-02T10:00:00.5+00:00","createdBy":"ops-script","updatedAt":"2026-03-02T10:00:00.5+00:00","updatedBy":"ops-script"}]}""");
    }

    [Fact]
    public async Task What_publishing_would_change_is_said_member_by_member()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Content(p => p.Name switch
        {
            "triage-by-inbox-agent" => p with { Scopes = ["mail.read", "mail.send"], Limits = p.Limits with { MaxLifetime = TimeSpan.FromMinutes(2) } },
            "triage-by-key-agent" => p with { Name = "renamed" },
            _ => p,
        }));

        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/diff")).Body.ShouldBe(
            """
            {"basedOn":1,"published":1,"changes":[
            {"change":"added","kind":"policy","name":"renamed","members":[{"path":"purpose","to":"inbox.triage"},{"path":"agents","to":["key-agent"]},{"path":"subjects[0].issuer","to":"https://idp.example"},{"path":"resource","to":"https://mail.example"},{"path":"scopes","to":["mail.read"]}]},
            {"change":"changed","kind":"policy","name":"triage-by-inbox-agent","members":[{"path":"scopes","from":["mail.read","mail.label"],"to":["mail.read","mail.send"]},{"path":"limits.maxLifetime","from":"00:05:00","to":"00:02:00"}]},
            {"change":"removed","kind":"policy","name":"triage-by-key-agent","members":[]}]}
            """.ReplaceLineEndings(string.Empty));
    }

    [Fact]
    public async Task What_is_wrong_is_named_by_its_member_and_can_be_saved_and_not_published()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Content(p => p.Name == "calendar-by-archive-agent"
            ? p with { Resource = "https://other.example", Subjects = [new() { Issuer = "https://nobody.example" }], Limits = p.Limits with { MaxLifetime = TimeSpan.FromHours(2), OnwardTo = [new() { Agent = "mail-api" }] } }
            : p));

        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/problems")).Body.ShouldBe(
            """
            {"problems":[{"member":"policies[3].subjects[0].issuer","message":"the issuer is not a trusted issuer"},
            {"member":"policies[3].resource","message":"'https://other.example' is not a resource"},
            {"member":"policies[3].limits.maxLifetime","message":"write a duration from 00:00:01 to 01:00:00"},
            {"member":"policies[3].limits.onwardTo[0].agent","message":"the agent is not a client of kind ai_agent or service"}]}
            """.ReplaceLineEndings(string.Empty));
        var refused = await _server.PublishAsync(draft);

        refused.Status.ShouldBe(400);
        refused.Json["errors"]!.Text().ShouldBe(
            """{"policies[3].subjects[0].issuer":["the issuer is not a trusted issuer"],"policies[3].resource":["'https://other.example' is not a resource"],"policies[3].limits.maxLifetime":["write a duration from 00:00:01 to 01:00:00"],"policies[3].limits.onwardTo[0].agent":["the agent is not a client of kind ai_agent or service"]}""");
        (await _server.StoredAsync()).PolicySetVersion.ShouldBe(1);
        (await _server.AdminAsync(HttpMethod.Get, draft)).Status.ShouldBe(200, "it can be put right");
    }

    [Fact]
    public async Task A_draft_with_two_policies_of_one_name_is_compared_and_refused()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Content(p => p with { Name = "same", Limits = p.Limits with { OnwardTo = [] } }));

        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/diff")).Status.ShouldBe(200);
        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/problems")).Body.ShouldBe("""{"problems":[{"member":"policies","message":"two policies have the same name"}]}""");
    }

    [Fact]
    public async Task A_client_that_is_gone_makes_a_draft_wrong_that_was_right()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Content());
        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/problems")).Body.ShouldBe("""{"problems":[]}""");

        await _server.ApplyAsync(new() { Clients = [.. PolicyWorld.Configuration.Clients!.Where(c => c.ClientId != World.KeyAgent)], Policies = [.. World.Configuration.Policies!.Where(p => p.Name != "triage-by-key-agent")] });

        (await _server.AdminAsync(HttpMethod.Get, $"{draft}/problems")).Body.ShouldBe("""{"problems":[{"member":"policies[4].agents[0]","message":"'key-agent' is not a client of kind ai_agent or service"}]}""");
    }

    [Fact]
    public async Task Who_has_not_seen_the_latest_keeps_and_overwrites_nothing()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(4));
        var second = await _server.AdminAsync(HttpMethod.Put, draft, $$"""{"title":"Mine",{{PolicyWorld.Shorter(3)}}}""", "\"1\"", PolicyWorld.Second);
        (second.Status, second.Headers.ETag!.Tag, second.Json["editors"]!.Text()).ShouldBe((200, "\"2\"", """["ops-script","second-script"]"""));

        var first = await _server.AdminAsync(HttpMethod.Put, draft, $$"""{"title":"Also mine",{{PolicyWorld.Shorter(2)}}}""", "\"1\"");

        (first.Status, first.ContentType, first.Headers.ETag!.Tag).ShouldBe((412, "application/problem+json", "\"2\""));
        ((string)first.Json["detail"]!).ShouldBe("The draft has been changed by second-script since you read it. Nothing was changed; this is what it is now.");
        first.Json["current"]!.Text().ShouldBe(second.Body);
        (await _server.AdminAsync(HttpMethod.Delete, draft, ifMatch: "\"1\"")).Status.ShouldBe(412);
        (await _server.PublishAsync(draft)).Status.ShouldBe(412);
        (await _server.AdminAsync(HttpMethod.Get, draft)).Body.ShouldBe(second.Body);
    }

    [Theory]
    [InlineData(null, 428)]
    [InlineData("*", 428)]
    [InlineData("1", 412)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("\"1\", \"2\"", 412)]
    [InlineData("\"-1\"", 412)]
    [InlineData("\"99999999999999999999\"", 412)]
    [InlineData("\"", 412)]
    public async Task Who_changes_a_draft_says_what_they_have_seen(string? ifMatch, int status)
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(4));

        (await _server.AdminAsync(HttpMethod.Put, draft, $$"""{"title":"Mine",{{PolicyWorld.Content()}}}""", ifMatch)).Status.ShouldBe(status);
        (await _server.AdminAsync(HttpMethod.Delete, draft, ifMatch: ifMatch)).Status.ShouldBe(status);
        (await _server.AdminAsync(HttpMethod.Post, $"{draft}/publication", ifMatch: ifMatch)).Status.ShouldBe(status);
        (await _server.AdminAsync(HttpMethod.Get, draft)).Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task A_draft_is_deleted_and_then_is_not_there()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(4));

        var deleted = await _server.AdminAsync(HttpMethod.Delete, draft, ifMatch: "\"1\"");

        (deleted.Status, deleted.Body).ShouldBe((204, ""));
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/problems"), (HttpMethod.Get, "/diff"), (HttpMethod.Delete, ""), (HttpMethod.Post, "/publication") })
        {
            var gone = await _server.AdminAsync(method, draft + path, ifMatch: "\"1\"");
            (gone.Status, (string)gone.Json["detail"]!).ShouldBe((404, "There is no such draft."));
        }
    }

    [Fact]
    public async Task Each_change_of_a_draft_is_on_record()
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(4), "Shorter");
        var id = draft[8..];
        var created = await _server.LastRecordAsync();
        await _server.AdminAsync(HttpMethod.Put, draft, $$"""{"title":"Even shorter",{{PolicyWorld.Shorter(3)}}}""", "\"1\"", PolicyWorld.Second);
        var changed = await _server.LastRecordAsync();
        await _server.AdminAsync(HttpMethod.Delete, draft, ifMatch: "\"2\"");
        var deleted = await _server.LastRecordAsync();

        new[] { created, changed, deleted }.Select(r => (r.Kind, r.Reason, r.ClientId, r.Source, r.Detail)).ShouldBe(
        [
            (RecordKind.Configuration, "draft_created", World.Ops, "127.0.0.1", $"draft {id}: Shorter\n~ policy triage-by-inbox-agent\n    limits.maxLifetime: 00:05:00 -> 00:04:00"),
            (RecordKind.Configuration, "draft_changed", PolicyWorld.Second, "127.0.0.1", $"draft {id}: Even shorter\n~ policy triage-by-inbox-agent\n    limits.maxLifetime: 00:04:00 -> 00:03:00"),
            (RecordKind.Configuration, "draft_deleted", World.Ops, "127.0.0.1", $"draft {id}: Even shorter"),
        ]);
    }

    [Theory]
    [InlineData("""{"title":""}""", """{"title":["write a few words in one line, at most 200 characters"]}""")]
    [InlineData("""{"title":"a\nb"}""", """{"title":["write a few words in one line, at most 200 characters"]}""")]
    [InlineData("""{"title":"a\u202eb"}""", """{"title":["write a few words in one line, at most 200 characters"]}""")]
    [InlineData("""{"title":"a","purposes":[]}""", """{"purposes":["give purposes and policies, or neither"]}""")]
    [InlineData("""{"title":"a","fromVersion":1,"purposes":[],"policies":[]}""", """{"fromVersion":["give fromVersion, or purposes and policies, or none of them"]}""")]
    [InlineData("""{"title":"a","fromVersion":7}""", """{"fromVersion":["write a version that was published"]}""")]
    [InlineData("""{"title":"a","fromVersion":"1"}""", """{"fromVersion":["write a whole number"]}""")]
    [InlineData("""{"title":"a","version":9,"editors":[]}""", """{"version":["is not a member; write one of title, fromVersion, purposes, policies"],"editors":["is not a member"]}""")]
    [InlineData("""{"title":"a","purposes":[null],"policies":[{"limits":{"maxLifetime":5,"force":true}}]}""",
        """{"purposes[0]":["write an object in { }"],"policies[0].limits.maxLifetime":["write a duration, hh:mm:ss"],"policies[0].limits.force":["is not a member; write one of maxLifetime, maxDelegationAge, maxSessionAge, maxChainDepth, onwardTo, maxAuthAge, acrValues, perScope, approval, senderConstraint"]}""")]
    public async Task A_mistake_in_what_is_sent_is_named_with_its_member_and_nothing_is_written(string json, string errors)
    {
        var answer = await _server.AdminAsync(HttpMethod.Post, "/drafts", json);

        (answer.Status, answer.ContentType).ShouldBe((400, "application/problem+json"));
        answer.Json["errors"]!.Text().ShouldBe(errors);
        (await _server.AdminAsync(HttpMethod.Get, "/drafts")).Body.ShouldBe("""{"drafts":[]}""");
    }

    [Theory]
    [InlineData("""{"title":"a","purposes":[],"policies":[],"fromVersion":1}""", "fromVersion")]
    [InlineData("""{"title":"a","purposes":[],"policies":[],"editors":[]}""", "editors")]
    [InlineData("""{"title":"a","policies":[]}""", "purposes")]
    [InlineData("""{"title":"a","purposes":[],"policies":[],"basedOn":2}""", "basedOn")]
    public async Task Nothing_else_of_a_draft_can_be_written(string json, string member)
    {
        var draft = await _server.BeginAsync(PolicyWorld.Shorter(4));

        var answer = await _server.AdminAsync(HttpMethod.Put, draft, json, "\"1\"");

        (answer.Status, answer.Json["errors"]!.AsObject().Single().Key).ShouldBe((400, member));
        (await _server.AdminAsync(HttpMethod.Get, draft)).Headers.ETag!.Tag.ShouldBe("\"1\"");
    }

    [Fact]
    public async Task What_no_one_should_send_is_refused_in_words()
    {
        var deep = $$"""{"title":"a","purposes":{{new string('[', 5000)}}{{new string(']', 5000)}},"policies":[]}""";
        foreach (var (body, status) in new[]
        {
            (deep, 400), ("""{"title":"\ud800"}""", 400), ("{\"title\":\"a\0b\"}", 400), ("[]", 400), ("null", 400), ("", 400), ("{\"title\":\"a\",\"title\":\"b\"}", 400),
            ($$"""{"title":"a","purposes":[],"policies":[{{string.Join(',', Enumerable.Repeat("{}", 20_000))}}]}""", 400), ($$"""{"title":"{{new string('x', 10_000_000)}}"}""", 413),
        })
        {
            (await _server.AdminAsync(HttpMethod.Post, "/drafts", body)).Status.ShouldBe(status, body[..Math.Min(40, body.Length)]);
        }

        (await _server.AdminAsync(HttpMethod.Get, "/drafts/%20")).Status.ShouldBe(404);
        (await _server.AdminAsync(HttpMethod.Get, $"/drafts/{Uri.EscapeDataString("a'\r\n\u202e")}")).Status.ShouldBe(404);
        (await _server.AdminAsync(HttpMethod.Get, "/drafts")).Body.ShouldBe("""{"drafts":[]}""");
    }

    [Fact]
    public async Task A_name_that_brings_lines_along_stands_in_one_line_on_record()
    {
        await _server.BeginAsync("""
            "purposes":[{"purpose":"a\n- policy triage-by-inbox-agent","title":"\u001b[2K","description":""}],"policies":[]
            """);

        var detail = (await _server.LastRecordAsync()).Detail!;
        detail.ShouldContain("\n+ purpose \"a\\n- policy triage-by-inbox-agent\"\n    title: \"\\u001B[2K\"\n");
    }

    [Fact]
    public async Task There_is_an_end_to_how_many_there_can_be()
    {
        var token = await _server.TokenAsync(World.Ops);
        for (var i = 0; i < 200; i++)
        {
            (await _server.ApiAsync(HttpMethod.Post, "/admin/api/drafts", token, string.Create(CultureInfo.InvariantCulture, $$"""{"title":"{{i}}","purposes":[],"policies":[]}"""))).Status.ShouldBe(201);
        }

        var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/drafts", token, """{"title":"one more"}""");

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((409, "There are 200 drafts already. Publish or delete some."));
    }

    [Theory]
    [InlineData("GET", "/drafts", "admin.read")]
    [InlineData("POST", "/drafts", "admin.write")]
    [InlineData("GET", "/drafts/x", "admin.read")]
    [InlineData("PUT", "/drafts/x", "admin.write")]
    [InlineData("DELETE", "/drafts/x", "admin.write")]
    [InlineData("GET", "/drafts/x/problems", "admin.read")]
    [InlineData("GET", "/drafts/x/diff", "admin.read")]
    [InlineData("POST", "/drafts/x/publication", "admin.publish")]
    [InlineData("GET", "/policy-sets", "admin.read")]
    [InlineData("GET", "/policy-sets?limit=x", "admin.read")]
    [InlineData("GET", "/policy-sets/1", "admin.read")]
    [InlineData("GET", "/configuration", "admin.read")]
    [InlineData("PUT", "/configuration?dryRun=x", "admin.write")]
    [InlineData("GET", "/openapi.json", "admin.read")]
    [InlineData("GET", "/keys", "admin.read")]
    [InlineData("POST", "/keys/rotation", "admin.keys")]
    public async Task Each_endpoint_wants_its_scope_and_judges_nothing_before(string method, string path, string scope)
    {
        var others = string.Join(' ', new[] { "admin.read", "admin.write", "admin.publish", "admin.revoke", "admin.keys" }.Where(s => s != scope));

        var without = await _server.ApiAsync(new HttpMethod(method), "/admin/api" + path, await _server.TokenAsync(World.Ops, others), "{");
        var nobody = await _server.ApiAsync(new HttpMethod(method), "/admin/api" + path, null, "{");

        (without.Status, without.Headers.WwwAuthenticate.ToString()).ShouldBe((403, $"Bearer error=\"insufficient_scope\", scope=\"{scope}\""));
        nobody.Status.ShouldBe(401);
        (await _server.ApiAsync(new HttpMethod(method), "/admin/api" + path, await _server.TokenAsync(World.Ops, scope), "{")).Status.ShouldNotBe(403);
    }
}
