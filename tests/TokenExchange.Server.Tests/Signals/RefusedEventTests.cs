using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;
using TokenExchange.Storage.Audit;
using static TokenExchange.Server.Tests.Signals.SignalWorld;

namespace TokenExchange.Server.Tests.Signals;

/// <summary>What is no event of a trusted issuer ends nothing, is answered as RFC 8935 says, and is on record. The corpus of bad JWTs is shown here, too.</summary>
public sealed class RefusedEventTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _token = null!;

    public static TheoryData<string> Names => [.. Rows.Keys];

    private static Dictionary<string, (string Err, string Code, Func<RunningServer, string> Make)> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["nothing"] = Malformed(_ => string.Empty),
        ["no JWT"] = Malformed(_ => "nonsense"),
        ["two tokens"] = Malformed(s => $"{s.Event()}\n{s.Event()}"),
        ["JSON of RFC 8936"] = Malformed(s => $$$"""{"sets":{"1":"{{{s.Event()}}}"}}"""),
        ["a token that is too long"] = Malformed(s => s.Event(c => c["x"] = new string('x', 17_000))),
        ["a session assertion"] = Malformed(s => s.Assertion()),
        ["an event by its claims with the typ of an assertion"] = Malformed(s => Sign(Claims(s.Now), type: "JWT")),
        ["an event without typ"] = Malformed(s => World.IdpKey.Sign(Claims(s.Now), h => h.Remove("typ"))),
        ["a logout token"] = Malformed(s => Sign(Claims(s.Now), type: "logout+jwt")),
        ["an issuer nobody knows"] = ("invalid_issuer", "security_event_issuer", s => s.Event(c => c["iss"] = "https://stranger.example")),
        ["an issuer that is this server"] = ("invalid_issuer", "security_event_issuer", s => s.Event(c => c["iss"] = s.Issuer)),
        ["iss is missing"] = Claim(c => c.Remove("iss")),
        ["a key of another issuer"] = ("invalid_key", "security_event_signature", s => Sign(Claims(s.Now), CorpKey)),
        ["a key of another issuer under the right kid"] = ("invalid_key", "security_event_signature", s => Sign(Claims(s.Now), new TestKey(World.IdpKey.KeyId))),
        ["an algorithm that is not the issuer's"] = ("invalid_key", "security_event_signature", s => World.IdpKey.Sign(Claims(s.Now), h => (h["typ"], h["alg"]) = ("secevent+jwt", "ES384"))),
        ["another audience"] = ("invalid_audience", "security_event_audience", s => s.Event(c => c["aud"] = "https://elsewhere.example")),
        ["another audience besides"] = ("invalid_audience", "security_event_audience", s => s.Event(c => c["aud"] = new JsonArray("https://exchange.example", "https://elsewhere.example"))),
        ["no audience"] = ("invalid_audience", "security_event_audience", s => s.Event(c => c.Remove("aud"))),
        ["iat is missing"] = Claim(c => c.Remove("iat")),
        ["jti is missing"] = Claim(c => c.Remove("jti")),
        ["events is missing"] = Claim(c => c.Remove("events")),
        ["events is empty"] = Claim(c => c["events"] = new JsonObject()),
        ["events is a list"] = Claim(c => c["events"] = new JsonArray(SessionRevoked)),
        ["an event is no object"] = Claim(c => c["events"] = new JsonObject { [SessionRevoked] = "yes" }),
        ["one event of two is no object"] = Claim(c => c["events"] = new JsonObject { [SessionRevoked] = new JsonObject(), ["urn:x"] = null }),
        ["a risk without level"] = Claim(c => c["events"] = new JsonObject { [RiskLevelChange] = new JsonObject { ["principal"] = "USER" } }),
        ["a risk of a level nobody knows"] = Claim(c => c["events"] = new JsonObject { [RiskLevelChange] = new JsonObject { ["principal"] = "USER", ["current_level"] = "high" } }),
        ["a risk of something that is no text"] = Claim(c => c["events"] = new JsonObject { [RiskLevelChange] = new JsonObject { ["principal"] = 7, ["current_level"] = "HIGH" } }),
        ["an event of yesterday"] = Expired(c => c["iat"] = Seconds(-86_401)),
        ["an event of tomorrow"] = Expired(c => c["iat"] = Seconds(60)),
        ["an event that is over"] = Expired(c => c["exp"] = Seconds(0)),
        ["an event that is not yet"] = Expired(c => c["nbf"] = Seconds(60)),
        ["no subject"] = Subject(c => c.Remove("sub_id")),
        ["a subject that is null"] = Subject(c => c["sub_id"] = null),
        ["a subject that is text"] = Subject(c => c["sub_id"] = "alice"),
        ["a subject without format"] = Subject(c => c["sub_id"]!.AsObject().Remove("format")),
        ["a subject by mail"] = Subject(c => c["sub_id"] = new JsonObject { ["format"] = "email", ["email"] = "alice@example.com" }),
        ["a session without its user"] = Subject(c => c["sub_id"]!.AsObject().Remove("user")),
        ["a session by itself"] = Subject(c => c["sub_id"] = new JsonObject { ["format"] = "opaque", ["id"] = "session-1" }),
        ["a session whose user is opaque"] = Subject(c => c["sub_id"]!["user"] = new JsonObject { ["format"] = "opaque", ["id"] = "alice" }),
        ["a session that is not opaque"] = Subject(c => c["sub_id"]!["session"] = User("session-1")),
        ["a session whose id is a number"] = Subject(c => c["sub_id"]!["session"]!["id"] = 1),
        ["a session that is text"] = Subject(c => c["sub_id"]!["session"] = "session-1"),
        ["a user without sub"] = Subject(c => c["sub_id"]!["user"]!.AsObject().Remove("sub")),
        ["a user whose sub holds a line break"] = Subject(c => c["sub_id"]!["user"]!["sub"] = "alice\nbob"),
        ["the claim sub instead of sub_id"] = Subject(c => (c["sub"], _) = ("alice", c.Remove("sub_id"))),
    };

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(Listening);
        _token = await _server.FirstTokenAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_in_words_and_on_record_and_ends_nothing(string name)
    {
        var (err, code, make) = Rows[name];
        var told = make(_server);

        await ShouldRefuseAsync(told, err, code);
    }

    [Theory]
    [InlineData("application/jwt")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/secevent+jwtx")]
    [InlineData("application/secevent+jwt, text/plain")]
    [InlineData("")]
    public async Task It_must_be_sent_as_what_it_is(string contentType) => await ShouldRefuseAsync(_server.Event(), "invalid_request", "security_event_malformed", contentType);

    [Theory]
    [InlineData("application/secevent+jwt")]
    [InlineData("Application/SecEvent+JWT; charset=utf-8")]
    public async Task Its_media_type_is_read_as_media_types_are(string contentType) => (await _server.TellAsync(_server.Event(), contentType)).Status.ShouldBe(202);

    [Fact]
    public async Task Its_typ_may_be_the_whole_media_type() => (await _server.TellAsync(Sign(Claims(_server.Now), type: "application/secevent+jwt"))).Status.ShouldBe(202);

    [Fact]
    public async Task It_may_be_for_this_server_by_its_name() => (await _server.TellAsync(_server.Event(c => c["aud"] = new JsonArray(_server.Issuer, "https://exchange.example")))).Status.ShouldBe(202);

    [Fact]
    public async Task It_is_taken_for_a_day()
    {
        var told = _server.Event(c => c["iat"] = _server.Now.ToUnixTimeSeconds() - 86_399);

        (await _server.TellAsync(told)).Status.ShouldBe(202);
        (await _server.TellAsync(told)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task The_answer_says_its_language_and_is_for_no_origin_to_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ssf/events") { Content = new StringContent("x", null, "application/secevent+jwt") };
        request.Headers.Add("Origin", "https://stranger.example");

        using var response = await _server.Http.SendAsync(request);

        response.Content.Headers.ContentLanguage.ShouldBe(["en"]);
        response.Headers.Where(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_refused_can_be_told_again_when_it_is_right()
    {
        (await _server.TellAsync(_server.Event(c => (c["jti"], c["aud"]) = ("once", "https://elsewhere.example")))).Status.ShouldBe(400);
        (await _server.TellAsync(_server.Event(c => (c["jti"], c["sub_id"]) = ("once", null)))).Status.ShouldBe(400);

        (await _server.TellAsync(_server.Event(c => c["jti"] = "once"))).Status.ShouldBe(202);

        (await _server.IsActiveAsync(_token)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_issuer_tells_nothing_unless_an_administrator_lets_it()
    {
        await _server.ApplyAsync(World.Configuration);

        await ShouldRefuseAsync(_server.Event(), "invalid_issuer", "security_event_issuer");
    }

    [Fact]
    public async Task A_disabled_issuer_tells_nothing()
    {
        await _server.ApplyAsync(Listening with { Issuers = [Listening.Issuers![0] with { Enabled = false }, Listening.Issuers![1]] });

        var answer = await _server.TellAsync(_server.Event());

        (answer.Status, answer.Body).ShouldBe((400, """{"err":"invalid_issuer","description":"The issuer is not trusted to send security events."}"""));
        (await _server.ScalarAsync("SELECT COUNT(*) FROM Revocations")).ShouldBe(0);
    }

    [Fact]
    public async Task An_issuer_may_tell_of_its_users_and_lend_nothing()
    {
        await _server.ApplyAsync(Listening with { Issuers = [Listening.Issuers![0] with { TokenTypes = ["security_event"] }, Listening.Issuers![1]] });

        (await _server.FirstHopAsync()).Body.ShouldContain("/errors/issuer_not_trusted");
        (await _server.TellAsync(_server.Event())).Status.ShouldBe(202);

        (await _server.IsActiveAsync(_token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("secevent+jwt")]
    [InlineData("JWT")]
    public async Task An_event_is_no_session_assertion(string type)
    {
        await _server.ApplyAsync(Listening with { Issuers = [Listening.Issuers![0] with { AssertionTypes = ["JWT", "secevent+jwt"] }, Listening.Issuers![1]] });
        var claims = World.Claims(_server.Now);
        foreach (var (name, value) in Claims(_server.Now))
        {
            claims[name] = value?.DeepClone();
        }

        var told = Sign(claims, type: type);

        foreach (var tokenType in new[] { TokenTypes.Jwt, TokenTypes.IdToken })
        {
            await _server.ShouldRefuseAsync(() => _server.HopAsync(World.InboxAgent, told, tokenType), 400, ErrorCodes.InvalidRequest, "subject_token_malformed", secrets: told);
        }
    }

    private static (string, string, Func<RunningServer, string>) Malformed(Func<RunningServer, string> make) => ("invalid_request", "security_event_malformed", make);

    private static (string, string, Func<RunningServer, string>) Claim(Action<JsonObject> change) => ("invalid_request", "security_event_claims", s => s.Event(change));

    private static (string, string, Func<RunningServer, string>) Expired(Action<JsonObject> change) => ("invalid_request", "security_event_expired", s => s.Event(change));

    private static (string, string, Func<RunningServer, string>) Subject(Action<JsonObject> change) => ("invalid_request", "security_event_subject", s => s.Event(change));

    private static long Seconds(int from) => RunningServer.Start.ToUnixTimeSeconds() + from;

    private async Task ShouldRefuseAsync(string told, string err, string code, string contentType = "application/secevent+jwt")
    {
        var before = await Books.OpenAsync(_server);

        var answer = await _server.TellAsync(told, contentType);

        answer.Body.ShouldBe($$"""{"err":"{{err}}","description":"{{RefusalWire.ByCode[code].Description}}"}""");
        (answer.Status, answer.ContentType).ShouldBe((400, "application/json; charset=utf-8"));
        (await Books.OpenAsync(_server)).ShouldBe(before with { Records = before.Records + 1 });
        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.Source).ShouldBe((RecordKind.Refusal, code, "127.0.0.1"));
        record.ShouldHoldNothingSecret(told);
        (await _server.ScalarAsync("SELECT COUNT(*) FROM Revocations")).ShouldBe(0);
        (await _server.IsActiveAsync(_token)).ShouldBeTrue();
    }
}
