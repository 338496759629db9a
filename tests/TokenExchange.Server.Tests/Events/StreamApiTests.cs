using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Events;

/// <summary>A relying app makes, sees, changes and deletes its own streams, and nobody else's.</summary>
public sealed class StreamApiTests(StreamApiTests.EventServer shared) : IClassFixture<StreamApiTests.EventServer>
{
    private RunningServer Server => shared.Server;

    public static TheoryData<string, string> Endpoints => new()
    {
        { "POST", "/ssf/streams" }, { "GET", "/ssf/streams" }, { "PATCH", "/ssf/streams" }, { "PUT", "/ssf/streams" }, { "DELETE", "/ssf/streams?stream_id=x" },
        { "GET", "/ssf/status?stream_id=x" }, { "POST", "/ssf/status" }, { "POST", "/ssf/verify" }, { "POST", "/ssf/poll/x" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Every_endpoint_refuses_who_has_no_token_or_one_without_the_scope(string method, string path)
    {
        (await CallAsync(method, path, null, "{}")).Status.ShouldBe(401);
        (await CallAsync(method, path, await Server.TokenOfAsync(World.MailApi, "policies.read"), "{}")).Status.ShouldBe(403);
        (await CallAsync(method, path, await Server.ApiTokenAsync(), "{}")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_metadata_are_exactly_this() => (await Server.Http.GetStringAsync("/.well-known/ssf-configuration")).ShouldBe(
        $$"""{"spec_version":"1_0","issuer":"{{Server.Issuer}}","jwks_uri":"{{Server.Issuer}}/jwks","delivery_methods_supported":["urn:ietf:rfc:8935","urn:ietf:rfc:8936"],"""
        + $$""" "configuration_endpoint":"{{Server.Issuer}}/ssf/streams","status_endpoint":"{{Server.Issuer}}/ssf/status","verification_endpoint":"{{Server.Issuer}}/ssf/verify",""".TrimStart()
        + """ "authorization_schemes":[{"spec_urn":"urn:ietf:rfc:6749"}],"default_subjects":"ALL"}""".TrimStart());

    [Fact]
    public async Task A_stream_is_exactly_what_its_owner_asked_for_until_it_is_deleted()
    {
        var token = await Server.TokenOfAsync(World.MailApi);
        var created = await CallAsync("POST", "/ssf/streams", token, EventWorld.Poll);
        var id = (string)created.Json["stream_id"]!;
        (created.Status, created.Body).ShouldBe((201, Stream(id, requested: "", delivered: $"{Quoted(EventWorld.SessionRevoked)},{Quoted(Policies)}", "")));
        (await CallAsync("GET", $"/ssf/streams?stream_id={id}", token)).Body.ShouldBe(created.Body);
        (await CallAsync("GET", "/ssf/streams", token)).Body.ShouldContain(created.Body);

        var patched = await CallAsync("PATCH", "/ssf/streams", token, $$"""{"stream_id":"{{id}}","description":"pod 7","events_requested":["{{Policies}}","urn:else"]}""");
        patched.Body.ShouldBe(Stream(id, $"\"events_requested\":[{Quoted(Policies)},\"urn:else\"],", Quoted(Policies), "\"description\":\"pod 7\","));
        (await CallAsync("PATCH", "/ssf/streams", token, patched.Body)).Body.ShouldBe(patched.Body, "what was given can be sent back");
        (await CallAsync("PUT", "/ssf/streams", token, $$"""{"stream_id":"{{id}}"}""")).Body.ShouldBe(created.Body);

        (await CallAsync("GET", $"/ssf/status?stream_id={id}", token)).Body.ShouldBe($$"""{"stream_id":"{{id}}","status":"enabled"}""");
        (await CallAsync("POST", "/ssf/status", token, $$"""{"stream_id":"{{id}}","status":"paused","reason":"night"}""")).Body.ShouldBe($$"""{"stream_id":"{{id}}","status":"paused","reason":"night"}""");

        (await Server.RecordsAsync())[0].Detail.ShouldBe($"stream {id}; polled");
        (await CallAsync("DELETE", $"/ssf/streams?stream_id={id}", token)).Status.ShouldBe(204);
        (await CallAsync("DELETE", $"/ssf/streams?stream_id={id}", token)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_paused_stream_tells_nothing_and_says_so_and_goes_on_where_it_was()
    {
        await Server.FirstTokenAsync();
        var receiver = await Server.ReceiverAsync();
        await SetAsync("paused");
        await Server.RevokeRootAsync("subject", "alice");
        (await CallAsync("POST", $"/ssf/poll/{receiver.StreamId}", receiver.Token, """{"returnImmediately":true}""")).Body.ShouldBe("""{"sets":{},"moreAvailable":false,"status":"paused"}""");

        await SetAsync("enabled");
        (await receiver.PollAsync()).Single().Name.ShouldBe("subject:alice");

        async Task SetAsync(string status) => (await CallAsync("POST", "/ssf/status", receiver.Token, $$"""{"stream_id":"{{receiver.StreamId}}","status":"{{status}}"}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_verification_comes_through_the_stream_and_not_too_often()
    {
        var receiver = await Server.ReceiverAsync();
        var wish = $$"""{"stream_id":"{{receiver.StreamId}}","state":"hello"}""";

        (await CallAsync("POST", "/ssf/verify", receiver.Token, wish)).Status.ShouldBe(204);
        var again = await CallAsync("POST", "/ssf/verify", receiver.Token, wish);

        (again.Status, again.Headers.RetryAfter!.ToString()).ShouldBe((429, "10"));
        var told = (await receiver.PollAsync()).Single().Claims;
        told["events"]!.ToJsonString().ShouldBe("""{"https://schemas.openid.net/secevent/ssf/event-type/verification":{"state":"hello"}}""");
        told["sub_id"]!.ToJsonString().ShouldBe($$"""{"format":"opaque","id":"{{receiver.StreamId}}"}""");
    }

    [Fact]
    public async Task A_stream_of_somebody_else_is_not_there()
    {
        var id = (await Server.ReceiverAsync()).StreamId;
        var token = await Server.TokenOfAsync(EventWorld.CalendarApi);

        (await CallAsync("GET", $"/ssf/streams?stream_id={id}", token)).Status.ShouldBe(404);
        (await CallAsync("GET", "/ssf/streams", token)).Body.ShouldNotContain(id);
        (await CallAsync("PATCH", "/ssf/streams", token, $$"""{"stream_id":"{{id}}"}""")).Status.ShouldBe(404);
        (await CallAsync("PUT", "/ssf/streams", token, $$"""{"stream_id":"{{id}}"}""")).Status.ShouldBe(404);
        (await CallAsync("DELETE", $"/ssf/streams?stream_id={id}", token)).Status.ShouldBe(404);
        (await CallAsync("GET", $"/ssf/status?stream_id={id}", token)).Status.ShouldBe(404);
        (await CallAsync("POST", "/ssf/status", token, $$"""{"stream_id":"{{id}}","status":"disabled"}""")).Status.ShouldBe(404);
        (await CallAsync("POST", "/ssf/verify", token, $$"""{"stream_id":"{{id}}"}""")).Status.ShouldBe(404);
        (await CallAsync("POST", $"/ssf/poll/{id}", token, "{}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("POST", "/ssf/streams", """{"delivery":{"method":"urn:else"}}""", "delivery.method: write urn:ietf:rfc:8936 or urn:ietf:rfc:8935.")]
    [InlineData("POST", "/ssf/streams", """{"delivery":7}""", "delivery: write an object with a method.")]
    [InlineData("POST", "/ssf/streams", """{"delivery":{"method":"urn:ietf:rfc:8936","endpoint_url":"https://a.example"}}""", "delivery: a stream that is polled gets its endpoint_url from this server, and no authorization_header.")]
    [InlineData("POST", "/ssf/streams", """{"delivery":{"method":"urn:ietf:rfc:8935"}}""", "delivery.endpoint_url: write the https address that events shall be sent to.")]
    [InlineData("POST", "/ssf/streams", """{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"http://10.0.0.1/"}}""", "delivery.endpoint_url: write the https address that events shall be sent to.")]
    [InlineData("POST", "/ssf/streams", """{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"https://a.example","authorization_header":"a\r\nb"}}""", "authorization_header: write a text in one line, at most 2000 characters.")]
    [InlineData("POST", "/ssf/streams", """{"description":"\ud800"}""", "description: write a text in one line, at most 500 characters.")]
    [InlineData("POST", "/ssf/streams", """{"events_requested":["a b"]}""", "events_requested: write an array of at most 20 texts without spaces, each of at most 200 characters.")]
    [InlineData("PATCH", "/ssf/streams", "{}", "stream_id: say which stream.")]
    [InlineData("POST", "/ssf/status", """{"stream_id":"x","status":"on"}""", "status: write enabled, paused or disabled.")]
    public async Task A_mistake_is_named(string method, string path, string json, string detail)
    {
        var answer = await CallAsync(method, path, await Server.TokenOfAsync(World.MailApi), json);

        (answer.Status, answer.ContentType, (string)answer.Json["detail"]!).ShouldBe((400, "application/problem+json", detail));
    }

    [Fact]
    public async Task What_the_server_decides_cannot_be_changed()
    {
        var receiver = await Server.ReceiverAsync();

        var answer = await CallAsync("PATCH", "/ssf/streams", receiver.Token, $$"""{"stream_id":"{{receiver.StreamId}}","aud":"calendar-api"}""");

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, "aud: this server decides it; leave it out or as it is."));
    }

    private string Policies => $"{Server.Issuer}/events/policies-changed";

    private static string Quoted(string text) => $"\"{text}\"";

    private string Stream(string id, string requested, string delivered, string description) =>
        $$$"""{"stream_id":"{{{id}}}","iss":"{{{Server.Issuer}}}","aud":"mail-api","delivery":{"method":"urn:ietf:rfc:8936","endpoint_url":"{{{Server.Issuer}}}/ssf/poll/{{{id}}}"},"""
        + $$$""" "events_supported":["{{{EventWorld.SessionRevoked}}}","{{{Policies}}}"],{{{requested}}}"events_delivered":[{{{delivered}}}],{{{description}}}"min_verification_interval":10,"inactivity_timeout":3600}""".TrimStart();

    private Task<Answer> CallAsync(string method, string path, string? token, string? json = null) => EventWorld.CallAsync(Server.Http, new HttpMethod(method), path, token, method is "GET" or "DELETE" ? null : json);

    public sealed class EventServer : IAsyncLifetime
    {
        public RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync(EventWorld.Configuration);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
