using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile;
using TokenExchange.Storage.Audit;
using static TokenExchange.Server.Tests.Signals.SignalWorld;

namespace TokenExchange.Server.Tests.Signals;

/// <summary>What an identity provider tells of a session or a user ends what hangs below, and nothing else.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private const string Session1 = "one session of alice";
    private const string Everything = "everything of alice";
    private const string Nothing = "nothing";

    private RunningServer _server = null!;
    private string _first = null!;
    private string _child = null!;
    private string _second = null!;
    private string _bobs = null!;

    public static TheoryData<string> Names => [.. Told.Keys];

    private static Dictionary<string, (string Ends, string Type, JsonObject? Subject, string Content)> Told { get; } = new(StringComparer.Ordinal)
    {
        ["a session is over"] = (Session1, SessionRevoked, Session(), """{"event_timestamp":1772445600,"initiating_entity":"user","reason_user":{"en":"Bye"}}"""),
        ["all sessions of a user are over"] = (Everything, SessionRevoked, User(), "{}"),
        ["all sessions of a user are over, said of a complex subject"] = (Everything, SessionRevoked, Complex(), "{}"),
        ["the sessions on one device are over"] = (Everything, SessionRevoked, Complex(("device", Opaque("phone"))), "{}"),
        ["a password changed"] = (Everything, CredentialChange, User(), """{"credential_type":"password","change_type":"update"}"""),
        ["a password was made known to us with its session"] = (Everything, CredentialChange, Session(), """{"credential_type":"password","change_type":"create"}"""),
        ["a key was withdrawn"] = (Everything, CredentialChange, User(), """{"credential_type":"fido2-roaming","change_type":"revoke"}"""),
        ["a password changed, in a session that is not opaque"] = (Everything, CredentialChange, Complex(("session", User("s"))), "{}"),
        ["an account was disabled"] = (Everything, Risc + "account-disabled", User(), """{"reason":"hijacking"}"""),
        ["an account was purged"] = (Everything, Risc + "account-purged", User(), "{}"),
        ["a credential must be changed"] = (Everything, Risc + "account-credential-change-required", User(), "{}"),
        ["a credential is in the wrong hands"] = (Everything, Risc + "credential-compromise", User(), """{"credential_type":"password"}"""),
        ["sessions are over, in the older word"] = (Everything, Risc + "sessions-revoked", User(), "{}"),
        ["the risk of a user is high"] = (Everything, RiskLevelChange, User(), """{"principal":"USER","current_level":"HIGH","previous_level":"LOW"}"""),
        ["the risk of nobody in particular is high"] = (Everything, RiskLevelChange, User(), """{"current_level":"HIGH"}"""),
        ["the risk of a device is high"] = (Nothing, RiskLevelChange, Complex(("device", Opaque("phone"))), """{"principal":"DEVICE","current_level":"HIGH"}"""),
        ["the risk of a user is medium"] = (Nothing, RiskLevelChange, User(), """{"principal":"USER","current_level":"MEDIUM"}"""),
        ["the risk of a user is low"] = (Nothing, RiskLevelChange, User(), """{"principal":"USER","current_level":"LOW"}"""),
        ["the stream is verified"] = (Nothing, "https://schemas.openid.net/secevent/ssf/event-type/verification", Opaque("stream"), """{"state":"abc"}"""),
        ["something happened that nobody here knows of"] = (Nothing, "https://stranger.example/event", null, """{"a":[1,{"b":null}]}"""),
        ["an account was enabled"] = (Nothing, Risc + "account-enabled", User(), "{}"),
        ["a session is over that was never lent from"] = (Nothing, SessionRevoked, Session("session-9"), "{}"),
        ["everything of somebody else is over"] = (Nothing, SessionRevoked, User("carol"), "{}"),
    };

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(Listening);
        _first = await _server.FirstTokenAsync();
        _child = (await _server.HopAsync(World.SummaryAgent, _first, TokenTypes.AccessToken)).AccessToken;
        _second = await LendAsync("alice", "session-2");
        _bobs = await LendAsync("bob", "session-1");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_told_ends_what_it_means_and_nothing_else(string name)
    {
        var (ends, type, subject, content) = Told[name];

        var answer = await _server.TellAsync(_server.Event(type, subject?.DeepClone().AsObject(), JsonNode.Parse(content)!.AsObject()));

        (answer.Status, answer.Body, answer.ContentType).ShouldBe((202, string.Empty, null));
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await _server.IsActiveAsync(_first)).ShouldBe(ends == Nothing);
        (await _server.IsActiveAsync(_child)).ShouldBe(ends == Nothing);
        (await _server.IsActiveAsync(_second)).ShouldBe(ends != Everything);
        (await _server.IsActiveAsync(_bobs)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_lent_from_a_session_that_ended_and_from_the_users_other_one_it_is()
    {
        (await _server.TellAsync(_server.Event())).Status.ShouldBe(202);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));

        (await _server.HopAsync(World.InboxAgent, _server.Assertion(), TokenTypes.Jwt)).Body.ShouldContain("/errors/subject_token_revoked");
        (await _server.HopAsync(World.SummaryAgent, _first, TokenTypes.AccessToken)).Body.ShouldContain("/errors/subject_token_revoked");
        (await LendAsync("alice", "session-2")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_session_that_ended_before_it_was_lent_from_is_not_lent_from()
    {
        (await _server.TellAsync(_server.Event(SessionRevoked, Session("session-3")))).Status.ShouldBe(202);

        (await _server.HopAsync(World.InboxAgent, _server.Assertion(c => c["sid"] = "session-3"), TokenTypes.Jwt)).Body.ShouldContain("/errors/subject_token_revoked");
    }

    [Fact]
    public async Task What_was_lent_before_a_users_everything_ended_is_not_lent_again_and_what_is_said_of_the_user_afterwards_counts()
    {
        var before = _server.Assertion();
        (await _server.TellAsync(_server.Event(CredentialChange, User()))).Status.ShouldBe(202);
        (await _server.HopAsync(World.InboxAgent, before, TokenTypes.Jwt)).Body.ShouldContain("/errors/subject_token_revoked");
        _server.Clock.Advance(TimeSpan.FromSeconds(20));

        (await _server.HopAsync(World.InboxAgent, before, TokenTypes.Jwt)).Body.ShouldContain("/errors/subject_token_revoked");
        (await _server.FirstHopAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_session_without_an_id_ends_with_everything_of_its_user()
    {
        var token = (await _server.HopAsync(World.InboxAgent, _server.Assertion(c => c.Remove("sid")), TokenTypes.Jwt)).AccessToken;

        (await _server.TellAsync(_server.Event())).Status.ShouldBe(202);
        (await _server.IsActiveAsync(token)).ShouldBeTrue();
        (await _server.TellAsync(_server.Event(SessionRevoked, User()))).Status.ShouldBe(202);
        (await _server.IsActiveAsync(token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_several_events_in_one_token_each_counts()
    {
        (await _server.TellAsync(_server.Event(c => c["events"] = new JsonObject { [SessionRevoked] = new JsonObject(), [CredentialChange] = new JsonObject(), ["urn:x"] = new JsonObject() }))).Status.ShouldBe(202);

        (await _server.RecordsAsync()).Take(3).Select(r => (r.Kind, r.Session is null)).ShouldBe(
            [(RecordKind.SecurityEvent, false), (RecordKind.Revocation, true), (RecordKind.Revocation, false)]);
        (await _server.IsActiveAsync(_second)).ShouldBeFalse();
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _server.FirstHopAsync()).Body.ShouldContain("/errors/subject_token_revoked");
    }

    [Fact]
    public async Task The_event_and_what_it_ended_are_on_record_and_the_token_is_not()
    {
        var told = _server.Event(c => c["jti"] = "event-7");
        await _server.TellAsync(told);

        var (taken, revoked) = ((await _server.RecordsAsync())[0], (await _server.RecordsAsync())[1]);
        var words = $"{SessionRevoked}; jti event-7";
        (taken.Kind, taken.Reason, taken.SubjectIssuer, taken.Subject, taken.Detail, taken.Source).ShouldBe(
            (RecordKind.SecurityEvent, "taken", World.Idp, "alice", $"ends the session; {words}", "127.0.0.1"));
        (revoked.Kind, revoked.Reason, revoked.SubjectIssuer, revoked.Subject, revoked.Detail).ShouldBe((RecordKind.Revocation, "revoked", World.Idp, "alice", words));
        taken.Session.ShouldBe((string)Jwt.Payload(_first)["sid"]!);
        revoked.Session.ShouldBe(taken.Session);
        taken.SubjectTokenHash.ShouldBe(Server.Assertions.Fingerprint.OfToken(told));
        taken.ShouldHoldNothingSecret(told);
        revoked.ShouldHoldNothingSecret(told);
        (await _server.ScalarAsync($"SELECT COUNT(*) FROM Revocations WHERE RevokedBy = '{World.Idp}'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_changes_nothing_is_on_record_as_such()
    {
        await _server.TellAsync(_server.Event("https://stranger.example/event", null));

        var record = await _server.LastRecordAsync();
        (record.Kind, record.Subject, record.Session).ShouldBe((RecordKind.SecurityEvent, null, null));
        record.Detail!.ShouldStartWith("nothing ends; https://stranger.example/event; jti ");
    }

    [Fact]
    public async Task Told_again_it_changes_nothing()
    {
        var claims = Claims(_server.Now);
        claims["sub_id"] = User();
        var told = Sign(claims);
        (await _server.TellAsync(told)).Status.ShouldBe(202);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        var fresh = await _server.FirstTokenAsync();
        var records = (await _server.RecordsAsync()).Count;

        (await _server.TellAsync(told)).Status.ShouldBe(202);
        (await _server.TellAsync(Sign(claims))).Status.ShouldBe(202);

        (await _server.IsActiveAsync(fresh)).ShouldBeTrue();
        (await _server.RecordsAsync()).Count.ShouldBe(records);
    }

    [Fact]
    public async Task Two_issuers_may_call_their_events_alike()
    {
        var corps = await CorpsAsync("dave");
        (await _server.TellAsync(_server.Event(c => c["jti"] = "1"))).Status.ShouldBe(202);

        (await _server.TellAsync(CorpsEvent(c => c["jti"] = "1"))).Status.ShouldBe(202);

        (await _server.IsActiveAsync(corps)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_of_the_same_name_at_another_issuer_goes_on()
    {
        var corps = await CorpsAsync("alice");

        (await _server.TellAsync(_server.Event(CredentialChange, User()))).Status.ShouldBe(202);

        (await _server.IsActiveAsync(corps)).ShouldBeTrue();
        (await _server.IsActiveAsync(_first)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("alice", World.Idp)]
    [InlineData("alice", "https://stranger.example")]
    public async Task Nobody_ends_another_issuers_user(string sub, string issuer) => await ShouldBeAboutAnotherAsync(CorpsEvent(c => c["sub_id"] = User(sub, issuer)));

    [Theory]
    [InlineData("corp|dave")]
    [InlineData(World.InboxAgent)]
    public async Task A_user_who_could_be_taken_for_another_issuers_or_for_a_client_is_not_ended(string sub) => await ShouldBeAboutAnotherAsync(_server.Event(CredentialChange, User(sub)));

    [Fact]
    public async Task A_node_hears_it_for_all()
    {
        await using var second = await MeanwhileTests.OtherNodeAsync(_server, Listening);
        var told = _server.Event(SessionRevoked, User());

        (await second.TellAsync(told)).Status.ShouldBe(202);

        (await _server.IsActiveAsync(_first)).ShouldBeFalse();
        (await _server.HopAsync(World.SummaryAgent, _first, TokenTypes.AccessToken)).Status.ShouldBe(400);
        var records = (await _server.RecordsAsync()).Count;
        (await _server.TellAsync(told)).Status.ShouldBe(202);
        (await _server.RecordsAsync()).Count.ShouldBe(records);
    }

    [Fact]
    public async Task Told_many_times_at_once_it_is_taken_once()
    {
        var told = _server.Event();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _server.TellAsync(told)));

        answers.ShouldAllBe(a => a.Status == 202);
        (await _server.RecordsAsync()).Count(r => r.Kind == RecordKind.SecurityEvent).ShouldBe(1);
    }

    private static JsonObject Opaque(string id) => new() { ["format"] = "opaque", ["id"] = id };

    private static JsonObject Complex(params (string Name, JsonObject Value)[] members)
    {
        var subject = new JsonObject { ["format"] = "complex", ["user"] = User() };
        foreach (var (name, value) in members)
        {
            subject[name] = value;
        }

        return subject;
    }

    private async Task<string> LendAsync(string user, string session) =>
        (await _server.HopAsync(World.InboxAgent, _server.Assertion(c => (c["sub"], c["sid"]) = (user, session)), TokenTypes.Jwt)).AccessToken;

    private async Task<string> CorpsAsync(string user)
    {
        var claims = World.Claims(_server.Now);
        (claims["iss"], claims["sub"]) = (Corp, user);
        return (await _server.HopAsync(World.InboxAgent, CorpKey.Sign(claims), TokenTypes.Jwt)).AccessToken;
    }

    private string CorpsEvent(Action<JsonObject> change)
    {
        var claims = Claims(_server.Now);
        (claims["iss"], claims["sub_id"]) = (Corp, User("dave", Corp));
        change(claims);
        return Sign(claims, CorpKey);
    }

    private async Task ShouldBeAboutAnotherAsync(string told)
    {
        var corps = await CorpsAsync("dave");

        var answer = await _server.TellAsync(told);

        (answer.Status, answer.Body).ShouldBe((400, """{"err":"access_denied","description":"The event is about a user of another issuer."}"""));
        (await _server.LastRecordAsync()).Reason.ShouldBe("security_event_of_another_issuer");
        (await _server.IsActiveAsync(_first)).ShouldBeTrue();
        (await _server.IsActiveAsync(corps)).ShouldBeTrue();
        (await _server.ScalarAsync("SELECT COUNT(*) FROM Revocations")).ShouldBe(0);
    }
}
