using System.Globalization;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>An administrator ends a whole branch with one call: what hangs below is dead with the answer, and cannot be had again from what was lent before.</summary>
public sealed class RevocationApiTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _assertion = null!;
    private string _root = null!;
    private string _child = null!;

    public static TheoryData<string> Kinds => ["token", "delegation", "session", "agent", "second agent", "subject", "issuer", "resource", "purpose"];

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(World.WithOps(World.Configuration));
        _assertion = _server.Assertion();
        _root = (await _server.HopAsync(World.InboxAgent, _assertion, TokenTypes.Jwt)).AccessToken;
        _child = (await _server.HopAsync(World.SummaryAgent, _root, TokenTypes.AccessToken)).AccessToken;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Everything_below_is_dead_with_the_answer(string what)
    {
        var (kind, id) = Named(what);
        var both = what != "second agent";
        var reach = both
            ? """{"tokens":2,"delegations":1,"agents":["inbox-agent","summary-agent"],"subjects":1}"""
            : """{"tokens":1,"delegations":1,"agents":["summary-agent"],"subjects":1}""";

        (await CallAsync("/preview", kind, id)).Body.ShouldBe(reach);
        (await _server.IntrospectAsync(_child)).Body.ShouldContain("\"active\":true");
        (await CallAsync(string.Empty, kind, id)).Body.ShouldBe(reach);

        (await _server.IntrospectAsync(_child)).Body.ShouldBe("""{"active":false}""");
        (await _server.IntrospectAsync(_root)).Body.ShouldContain(both ? "\"active\":false" : "\"active\":true");
        (await _server.HopAsync(World.SummaryAgent, _root, TokenTypes.AccessToken)).Body.ShouldContain("/errors/subject_token_revoked");
        (await CallAsync("/preview", kind, id)).Body.ShouldBe("""{"tokens":0,"delegations":0,"agents":[],"subjects":0}""");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_lent_before_cannot_be_used_again(string what)
    {
        var (kind, id) = Named(what);
        await CallAsync(string.Empty, kind, id);
        _server.Clock.Advance(TimeSpan.FromSeconds(20));

        // A single token is just that: the session it came from goes on. So does the first agent when only the second is stopped.
        var again = await _server.HopAsync(World.InboxAgent, _assertion, TokenTypes.Jwt);

        again.Status.ShouldBe(what is "token" or "second agent" ? 200 : 400, again.Body);
        if (again.Status == 400)
        {
            again.Body.ShouldContain("/errors/subject_token_revoked");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_party_goes_on_with_what_is_lent_afterwards_and_a_session_does_not(string what)
    {
        var (kind, id) = Named(what);
        await CallAsync(string.Empty, kind, id);
        _server.Clock.Advance(TimeSpan.FromSeconds(20));

        // The user did not sign in again: the session and the delegation are the old ones, what the issuer writes about them is new.
        var fresh = await _server.HopAsync(World.InboxAgent, _server.Assertion(c => c["auth_time"] = RunningServer.Start.AddMinutes(-20).ToUnixTimeSeconds()), TokenTypes.Jwt);

        fresh.Status.ShouldBe(what is "session" or "delegation" ? 400 : 200, fresh.Body);
        if (fresh.Status == 200)
        {
            (await _server.HopAsync(World.SummaryAgent, fresh.AccessToken, TokenTypes.AccessToken)).Status.ShouldBe(200);
        }
    }

    [Theory]
    [InlineData("agent", World.InboxAgent)]
    [InlineData("subject", "alice")]
    public async Task No_clock_of_an_issuer_outruns_a_revocation(string kind, string id)
    {
        // As far ahead as is accepted: it says it was written after the revocation, and was not.
        var ahead = _server.Assertion(c => c["iat"] = _server.Now.AddSeconds(5).ToUnixTimeSeconds());
        var token = (await _server.HopAsync(World.InboxAgent, ahead, TokenTypes.Jwt)).AccessToken;
        _server.Clock.Advance(TimeSpan.FromSeconds(1));

        await CallAsync(string.Empty, kind, id);
        _server.Clock.Advance(TimeSpan.FromSeconds(2));

        (await _server.IntrospectAsync(token)).Body.ShouldBe("""{"active":false}""");
        (await _server.HopAsync(World.InboxAgent, ahead, TokenTypes.Jwt)).Body.ShouldContain("/errors/subject_token_revoked");
    }

    [Fact]
    public async Task A_revocation_says_on_record_who_did_it_what_it_ended_and_why()
    {
        await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _server.ApiTokenAsync(), """{"kind":"subject","id":"alice","reason":"phone stolen"}""");

        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Subject, record.Source, record.Detail)
            .ShouldBe((RecordKind.Revocation, "revoked", World.Ops, "alice", "127.0.0.1", "subject:alice; phone stolen"));
    }

    [Fact]
    public async Task What_nobody_has_is_revoked_all_the_same() =>
        (await CallAsync(string.Empty, "subject", "nobody")).Body.ShouldBe("""{"tokens":0,"delegations":0,"agents":[],"subjects":0}""");

    [Theory]
    [InlineData("""{"kind":"user","id":"alice"}""", """{"kind":["write one of token, delegation, session, agent, subject, issuer, resource, purpose"]}""")]
    [InlineData("""{"kind":"Agent","id":"alice"}""", """{"kind":["write one of token, delegation, session, agent, subject, issuer, resource, purpose"]}""")]
    [InlineData("""{"kind":"agent"}""", """{"id":["write the id of what shall be revoked, at most 255 characters"]}""")]
    [InlineData("""{"kind":"agent","id":"a\nb"}""", """{"id":["write the id of what shall be revoked, at most 255 characters"]}""")]
    [InlineData("""{"kind":"session","id":"01234567890123456789012345678901234567890123456789012345678901234"}""", """{"id":["write the id as it stands in tokens and records, at most 64 characters"]}""")]
    [InlineData("""{"kind":"resource","id":"mail"}""", """{"id":["write the absolute URI of the resource"]}""")]
    [InlineData("""{"kind":"agent","id":"alice","reason":"a\nb"}""", """{"reason":["write a few words in one line, at most 500 characters, or leave it out"]}""")]
    [InlineData("""{"kind":"agent","id":"alice","reason":" "}""", """{"reason":["write a few words in one line, at most 500 characters, or leave it out"]}""")]
    public async Task A_mistake_is_named_with_its_member(string json, string errors)
    {
        var before = (await _server.RecordsAsync()).Count;

        var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _server.ApiTokenAsync(), json);

        (answer.Status, answer.ContentType).ShouldBe((400, "application/problem+json"));
        answer.Json["errors"]!.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe(errors);
        (await _server.RecordsAsync()).Count.ShouldBe(before + 1, "the token is on record, and nothing was revoked");
    }

    [Theory]
    [InlineData("{", "The body is not JSON.")]
    [InlineData("[]", "The body is not JSON.")]
    [InlineData("null", "Send a JSON object as application/json.")]
    [InlineData("""{"kind":"agent","id":"alice","force":true}""", "force: this member is unknown or of another type")]
    [InlineData("""{"kind":"agent","id":7}""", "id: this member is unknown or of another type")]
    public async Task What_cannot_be_read_is_refused(string json, string detail)
    {
        var answer = await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await _server.ApiTokenAsync(), json);

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, detail));
    }

    private async Task<Answer> CallAsync(string path, string kind, string id) =>
        await _server.ApiAsync(HttpMethod.Post, "/admin/api/revocations" + path, await _server.ApiTokenAsync(), string.Create(CultureInfo.InvariantCulture, $$"""{"kind":"{{kind}}","id":"{{id}}"}"""));

    private (string Kind, string Id) Named(string what) => what switch
    {
        "token" => (what, (string)Jwt.Payload(_root)["jti"]!),
        "delegation" => (what, (string)Jwt.Payload(_root)["txn"]!),
        "session" => (what, (string)Jwt.Payload(_root)["sid"]!),
        "agent" => (what, World.InboxAgent),
        "second agent" => ("agent", World.SummaryAgent),
        "subject" => (what, "alice"),
        "issuer" => (what, World.Idp),
        "resource" => (what, World.Mail + "/"),
        _ => (what, World.Triage),
    };
}
