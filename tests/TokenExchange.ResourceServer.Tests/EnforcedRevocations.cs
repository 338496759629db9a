using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TokenExchange.ResourceServer.Tests.Wire;

namespace TokenExchange.ResourceServer.Tests;

/// <summary>With the Enforcement option, what the server revokes is refused as soon as it has told, and nothing is accepted once it is silent for too long.</summary>
public sealed class EnforcedRevocations : EnforcementTest
{
    private const string Dead = "The token is no longer active.";

    [Theory]
    [InlineData("token", "token-1")]
    [InlineData("delegation", "delegation-1")]
    [InlineData("session", "session-1")]
    [InlineData("agent", "summary-agent")]
    [InlineData("agent", "inbox-agent")]
    [InlineData("subject", "alice")]
    [InlineData("issuer", "https://idp.example")]
    [InlineData("resource", "https://mail.example")]
    [InlineData("purpose", "inbox.triage")]
    public async Task What_the_token_hangs_below_ends_it(string kind, string id)
    {
        var token = Token();
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Authority.Api.TellRevoked(kind, id, Time.GetUtcNow());

        (await EventuallyAsync(() => App.GetAsync("/messages", token), a => a.Status == 401)).ShouldBeRefused(Dead);
    }

    [Fact]
    public async Task A_token_is_ended_by_what_it_was_derived_from_elsewhere()
    {
        Authority.Api.TellRevoked("resource", "https://calendar.example", Time.GetUtcNow(), "token-1");

        (await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 401)).ShouldBeRefused(Dead);
        (await App.GetAsync("/messages", Token(c => c["jti"] = "token-2"))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("subject", "alice", 200)]
    [InlineData("agent", "inbox-agent", 200)]
    [InlineData("session", "session-1", 401)]
    [InlineData("delegation", "delegation-1", 401)]
    public async Task A_party_goes_on_with_what_is_issued_later_and_a_session_does_not(string kind, string id, int status)
    {
        Authority.Api.TellRevoked(kind, id, Time.GetUtcNow());
        await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 401);

        // The clocks of the server that issued and of the one that revoked may differ: what was issued in between counts as issued before.
        Time.Advance(TimeSpan.FromSeconds(5));
        (await App.GetAsync("/messages", Token())).ShouldBeRefused(Dead);
        Time.Advance(TimeSpan.FromSeconds(1));

        (await App.GetAsync("/messages", Token())).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("token", "token-2")]
    [InlineData("subject", "alicE")]
    [InlineData("agent", "alice")]
    [InlineData("subject", "inbox-agent")]
    [InlineData("resource", "https://mail.example/")]
    public async Task Others_are_not_meant(string kind, string id)
    {
        var told = Authority.Api.TellRevoked(kind, id, Time.GetUtcNow());
        await EventuallyAsync(() => Task.FromResult(Authority.Api.Acknowledged.Contains(told, StringComparer.Ordinal)), a => a);

        (await App.GetAsync("/messages", Token())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_was_taken_is_acknowledged()
    {
        var told = Authority.Api.TellRevoked("subject", "bob", Time.GetUtcNow());

        await EventuallyAsync(() => Task.FromResult(Authority.Api.Acknowledged.Contains(told, StringComparer.Ordinal)), a => a);
    }

    [Fact]
    public async Task A_stream_that_is_gone_is_replaced_and_what_it_told_is_kept()
    {
        Authority.Api.TellRevoked("session", "session-1", Time.GetUtcNow());
        await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 401);
        var before = Authority.Api.Streams.Single();

        Authority.Api.ForgetStreams();

        await EventuallyAsync(() => Task.FromResult(Authority.Api.Streams), s => s.Count == 1 && !s.Contains(before, StringComparer.Ordinal));
        (await App.GetAsync("/messages", Token())).ShouldBeRefused(Dead);
        Authority.Api.TellRevoked("subject", "carol", Time.GetUtcNow());
        (await EventuallyAsync(() => App.GetAsync("/messages", Token(c => (c["sub"], c["sid"]) = ("carol", "session-2"))), a => a.Status == 401)).ShouldBeRefused(Dead);
    }

    [Fact]
    public async Task A_stream_that_was_paused_is_not_gone_by()
    {
        Authority.Api.PollAnswer = _ => Results.Text("""{"sets":{},"moreAvailable":false,"status":"paused"}""", "application/json");
        await EventuallyAsync(() => Task.FromResult(Authority.Api.Streams.Count), n => n > 2);

        Time.Advance(MaxRevocationAge);

        (await App.GetAsync("/messages", Token())).ShouldHaveNothingToGoBy();
        Authority.Api.PollAnswer = null;
        await RecoveredAsync();
    }

    [Fact]
    public async Task An_app_that_stops_deletes_its_stream()
    {
        Authority.Api.Streams.Count.ShouldBe(1);

        await App.StopAsync();

        Authority.Api.Streams.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_app_that_is_cut_off_refuses_after_its_bound_and_recovers_by_itself()
    {
        var token = Token();
        Authority.Down = true;
        Time.Advance(MaxRevocationAge - TimeSpan.FromSeconds(1));
        (await App.GetAsync("/messages", token)).Status.ShouldBe(200);

        Time.Advance(TimeSpan.FromSeconds(1));
        (await App.GetAsync("/messages", token)).ShouldHaveNothingToGoBy();
        (await App.GetAsync("/open", token)).Body.ShouldBe("nobody");

        Authority.Down = false;
        await RecoveredAsync();
    }

    private static readonly Dictionary<string, Action<FakeServerApi>> UnreadableEvents = new(StringComparer.Ordinal)
    {
        { "another's signature", a => Tell(a, key: new SigningKey("key-1")) },
        { "another type", a => Tell(a, typ: "JWT") },
        { "for another client", a => Tell(a, c => c["aud"] = "calendar-api") },
        { "of another issuer", a => Tell(a, c => c["iss"] = "https://other.example") },
        { "two events", a => Tell(a, c => c["events"]!["https://other.example"] = new JsonObject()) },
        { "no events", a => Tell(a, c => c.Remove("events")) },
        { "an unknown event", a => a.Tell("https://schemas.openid.net/secevent/caep/event-type/token-claims-change", []) },
        { "an unknown kind of root", a => a.TellRevoked("tenant", "x", default) },
        { "no root", a => a.Tell("https://schemas.openid.net/secevent/caep/event-type/session-revoked", []) },
    };

    public static TheoryData<string> Unreadable => [.. UnreadableEvents.Keys];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_might_be_a_revocation_and_is_not_gone_past(string what)
    {
        var polls = Authority.CountOf("POST /ssf/poll/stream-1");
        UnreadableEvents[what](Authority.Api);
        await EventuallyAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(Authority.CountOf("POST /ssf/poll/stream-1"));
            },
            n => n > polls + 2,
            what);

        Time.Advance(MaxRevocationAge);

        (await EventuallyAsync(() => App.GetAsync("/messages", Token()), a => a.Status == 503)).ShouldHaveNothingToGoBy();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("""{"sets":[]}""")]
    [InlineData("""{"sets":{"event-1":5}}""")]
    public async Task An_answer_that_cannot_be_read_counts_as_none(string body)
    {
        Authority.Api.PollAnswer = _ => Results.Text(body, "application/json");
        var polls = Authority.CountOf("POST /ssf/poll/stream-1");
        await EventuallyAsync(() => Task.FromResult(Authority.CountOf("POST /ssf/poll/stream-1")), n => n > polls);
        await Task.Delay(50);

        Time.Advance(MaxRevocationAge);

        (await App.GetAsync("/messages", Token())).ShouldHaveNothingToGoBy();
        Authority.Api.PollAnswer = null;
        await RecoveredAsync();
    }

    private static void Tell(FakeServerApi api, Action<JsonObject>? change = null, SigningKey? key = null, string typ = "secevent+jwt") => api.Tell(
        "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
        new JsonObject { ["root"] = new JsonObject { ["kind"] = "subject", ["id"] = "alice", ["revoked_at"] = 0 } },
        change,
        key,
        typ);
}
