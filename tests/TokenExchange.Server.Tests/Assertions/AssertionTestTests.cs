using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Assertions;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Tests.Assertions;

/// <summary>An administrator shows an assertion, and is told what an exchange would make of it.</summary>
public sealed class AssertionTestTests : IAsyncLifetime
{
    private static readonly Caller Alice = new("admin:alice", IPAddress.Parse("192.0.2.7"));

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_good_one_passes_every_check_and_each_says_what_it_found()
    {
        var assertion = _server.Assertion(c => (c["jti"], c["scope"]) = ("j1", "mail.read mail.label"));

        var report = await TestAsync($"\n  {assertion}  \r\n");

        (report.Accepted, report.Reason, report.Subject, report.Session!.Length).ShouldBe((true, null, "alice", 43));
        report.Steps.Select(s => $"{s.Check}: {s.Found}").ShouldBe(
        [
            "Agent: inbox-agent", "Form: signed with ES256", "Issuer: https://idp.example", "Type: JWT", "Keys: idp-1 (EC P-256)", "Signature: ES256",
            "Times: iat 2026-03-02T10:00:00Z, exp 2026-03-02T10:10:00Z; it is 2026-03-02T10:00:00Z", "Audience: https://exchange.example", "Use: ", "Unbound: ", "Presenter: not looked at",
            "Subject: alice, here called alice", "Identifier: j1", "SignIn: auth_time 2026-03-02T09:40:00Z, acr pwd, amr pwd", "Scopes: mail.label mail.read", $"Session: session-1, here called {report.Session}",
            "PolicyClaims: no policy looks at any", "MayAct: absent: any agent", "SingleUse: can be exchanged as often as it is valid", "Revocations: nothing",
        ]);
        report.Steps.ShouldAllBe(s => s.Result == CheckResult.Passed && s.Problem == null && s.Reason == null);
        report.Claims!.Value.GetProperty("department").GetString().ShouldBe("sales");
    }

    [Fact]
    public async Task It_is_on_record_by_its_hash_alone()
    {
        var assertion = _server.Assertion();

        var report = await TestAsync(assertion);

        report.TokenHash.ShouldBe(Fingerprint.OfToken(assertion));
        var record = await _server.LastRecordAsync();
        (record.Kind, record.Reason, record.ClientId, record.Source, record.SubjectTokenHash).ShouldBe((RecordKind.Configuration, "assertion_tested", "admin:alice", "192.0.2.7", report.TokenHash));
        (record.Detail, record.Subject, record.Session).ShouldBe(("for inbox-agent: accepted", null, null));
        await TestAsync(_server.Assertion(c => c["aud"] = "https://elsewhere.example"));
        (await _server.LastRecordAsync()).Detail.ShouldBe("for inbox-agent: subject_token_audience");
    }

    [Fact]
    public async Task Nothing_is_used_up_and_nothing_issued()
    {
        await _server.ApplyAsync(new ExchangeConfiguration { Issuers = [World.Configuration.Issuers![0] with { SingleUse = true }] });
        var assertion = _server.Assertion();

        (await TestAsync(assertion)).Steps.Single(s => s.Check == AssertionCheck.SingleUse).Found.ShouldBe("not used yet; an exchange would use it up");
        (await TestAsync(assertion)).Accepted.ShouldBeTrue();
        (await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt)).Status.ShouldBe(200);

        var used = await TestAsync(assertion);
        (used.Accepted, used.Reason).ShouldBe((false, "subject_token_replayed"));
        Failed(used).ShouldBe(["SingleUse: used: It was exchanged before."]);
        (await _server.RecordsAsync()).Count(r => r.Kind == RecordKind.Permit).ShouldBe(1);
    }

    [Fact]
    public async Task One_that_has_expired_still_shows_whether_the_rest_is_right()
    {
        var assertion = _server.Assertion(c => c["may_act"] = new JsonObject { ["sub"] = World.SummaryAgent });
        _server.Clock.Advance(TimeSpan.FromHours(1));

        var report = await TestAsync(assertion);

        (report.Accepted, report.Reason).ShouldBe((false, "subject_token_expired"));
        Failed(report).ShouldBe(
        [
            "Times: iat 2026-03-02T10:00:00Z, exp 2026-03-02T10:10:00Z; it is 2026-03-02T11:00:00Z: It has expired.",
            """MayAct: {"sub":"summary-agent"}: may_act names others.""",
        ]);
        report.Steps.ShouldNotContain(s => s.Result == CheckResult.NotReached);
    }

    [Theory]
    [InlineData("an issuer nobody knows", "Issuer", "This issuer is not configured. Issuers are compared character by character, a trailing slash included.")]
    [InlineData("an issuer that is disabled", "Issuer", "This issuer is disabled.")]
    [InlineData("an issuer of ID tokens", "Issuer", "This issuer's tokenTypes are id_token; jwt is not among them.")]
    [InlineData("this server's own token", "Issuer", "This server issued it. What this server signs is never an assertion; an agent sends it as an access token.")]
    [InlineData("another typ", "Type", "The typ header is not among the issuer's assertionTypes.")]
    [InlineData("an unknown key", "Keys", "The issuer has no such key.")]
    [InlineData("a stranger's signature", "Signature", "The signature is not by this key, or the assertion was altered.")]
    [InlineData("an algorithm that is not allowed", "Signature", "This algorithm is not allowed for the issuer.")]
    [InlineData("from the future", "Times", "It was issued in the future: the issuer's clock is ahead, or this server's behind.")]
    [InlineData("not valid yet", "Times", "It is not valid yet.")]
    [InlineData("too old", "Times", "It is older than the issuer's maxAssertionAge, however long it says it lives.")]
    [InlineData("without exp", "Times", "exp or iat is missing, or exp, iat or nbf is not a whole number of seconds.")]
    [InlineData("for two audiences", "Audience", "It was made for others as well, or only for others: every aud must be among the issuer's audiences.")]
    [InlineData("a logout token", "Use", "It was made for another use: logout, refresh, an event or introspection.")]
    [InlineData("with act", "Unbound", "It names an actor (act) or is bound to a key (cnf). A session assertion stands for the user alone.")]
    [InlineData("for another presenter", "Presenter", "It was made for another client.")]
    [InlineData("for a user called like a client", "Subject", "summary-agent could be another issuer's user, a client or this server. Give the issuer a subjectPrefix of its own.")]
    [InlineData("without sub", "Subject", "The sub is missing or is no text that can be used.")]
    [InlineData("single use without jti", "Identifier", "The jti is missing or is no text that can be used.")]
    [InlineData("a sign-in of tomorrow", "SignIn", "auth_time is not a whole number of seconds or lies in the future, or acr or amr is no text that can be used.")]
    [InlineData("scopes in a list", "Scopes", "scope is not scopes separated by single spaces.")]
    [InlineData("a session of a number", "Session", "sid is no text that can be used.")]
    [InlineData("may_act that is no party", "MayAct", "may_act is not an object with a sub, or a list of such objects.")]
    [InlineData("may_act of others", "MayAct", "may_act names others.")]
    [InlineData("a session that was revoked", "Revocations", "This was revoked; the user must sign in and lend again.")]
    [InlineData("an agent that is disabled", "Agent", "This client is disabled or expired, or of a kind that may not act for users.")]
    [InlineData("an agent nobody knows", "Agent", "There is no such client.")]
    [InlineData("a JWE", "Form", "It is encrypted (JWE); a session assertion is signed and not encrypted.")]
    [InlineData("with the word Bearer", "Form", "Leave out the word Bearer.")]
    [InlineData("nothing", "Form", "There is nothing here.")]
    [InlineData("too long", "Form", "It is longer than 16384 characters.")]
    [InlineData("a sentence", "Form", "It does not have three parts.")]
    [InlineData("three parts of nonsense", "Form", "A part is not base64url, or header and payload are not JSON objects without repeated names, or the header has crit, b64 or zip.")]
    public async Task What_is_wrong_is_said_in_a_sentence_and_is_what_an_exchange_refuses(string what, string check, string problem)
    {
        var (assertion, agent) = await MakeAsync(what);

        var report = await TestAsync(assertion, agent);

        report.Accepted.ShouldBeFalse();
        var failed = report.Steps.Where(s => s.Result == CheckResult.Failed).ToList();
        failed.Select(s => (s.Check.ToString(), s.Problem)).ShouldBe([(check, problem)]);
        report.Reason.ShouldBe(failed[0].Reason);
        if (agent == World.InboxAgent && assertion.Length is > 0 and < 10_000)
        {
            await _server.HopAsync(World.InboxAgent, assertion, TokenTypes.Jwt);
            (await _server.RecordsAsync()).First(r => r.Kind == RecordKind.Refusal).Reason.ShouldBe(report.Reason);
        }
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_are_told_with_the_reason()
    {
        var c = World.Configuration;
        await _server.ApplyAsync(new ExchangeConfiguration { Issuers = [c.Issuers![0] with { Jwks = null, JwksUri = "https://127.0.0.1:9/jwks" }] });

        var report = await TestAsync(_server.Assertion());

        report.Reason.ShouldBe("issuer_keys_unavailable");
        report.Steps.Single(s => s.Check == AssertionCheck.Keys).Problem!.ShouldStartWith("The issuer's keys cannot be had: '127.0.0.1' is not on the public internet; allowPrivateHosts of its issuer or client must name it.");
        report.Steps.Single(s => s.Check == AssertionCheck.Signature).Result.ShouldBe(CheckResult.NotReached);
        report.Steps.Single(s => s.Check == AssertionCheck.Audience).Result.ShouldBe(CheckResult.Passed);
    }

    [Fact]
    public async Task Claims_that_policies_look_at_are_shown_as_policies_will_see_them()
    {
        var policies = World.Configuration.Policies!;
        var claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"], ["groups"] = ["staff"], ["level"] = ["3"], ["away"] = ["no"] };
        await _server.ApplyAsync(new ExchangeConfiguration { Policies = [policies[0] with { Subjects = [policies[0].Subjects[0] with { Claims = claims }] }, .. policies.Skip(1)] });

        var report = await TestAsync(_server.Assertion(c => (c["groups"], c["level"]) = (new JsonArray("staff", "admins"), new JsonObject())));

        report.Steps.Single(s => s.Check == AssertionCheck.PolicyClaims).Found.ShouldBe("away: absent; department: sales; groups: staff, admins; level: unknown");
    }

    [Fact]
    public async Task What_cannot_be_seen_or_is_too_much_does_not_stand_in_what_is_found()
    {
        var report = await TestAsync(_server.Assertion(c => (c["sub"], c["aud"]) = ("alice\u202Ebob", new JsonArray([.. Enumerable.Range(0, 200).Select(i => JsonValue.Create($"https://{i}.example"))]))));

        report.Steps.Single(s => s.Check == AssertionCheck.Subject).Found.ShouldBe("alice\uFFFDbob");
        report.Steps.Single(s => s.Check == AssertionCheck.Audience).Found.ShouldSatisfyAllConditions(f => f!.Length.ShouldBe(501), f => f!.ShouldEndWith("…"));
    }

    [Fact]
    public async Task It_is_tested_as_what_the_agent_would_call_it()
    {
        await _server.ApplyAsync(new ExchangeConfiguration { Issuers = [World.Configuration.Issuers![0] with { TokenTypes = ["id_token"] }] });

        (await _server.Services.GetRequiredService<AssertionTest>().RunAsync(new AssertionTestInput(_server.Assertion(), World.InboxAgent, IsIdToken: true), Alice, default)).Accepted.ShouldBeTrue();
        (await TestAsync(_server.Assertion())).Reason.ShouldBe("issuer_not_trusted");
    }

    private static IEnumerable<string> Failed(AssertionReport report) => report.Steps.Where(s => s.Result == CheckResult.Failed).Select(s => $"{s.Check}: {s.Found}: {s.Problem}");

    private Task<AssertionReport> TestAsync(string assertion, string agent = World.InboxAgent) =>
        _server.Services.GetRequiredService<AssertionTest>().RunAsync(new AssertionTestInput(assertion, agent, IsIdToken: false), Alice, default);

    private Task ChangeAsync(Func<IssuerDefinition, IssuerDefinition> change) => _server.ApplyAsync(new ExchangeConfiguration { Issuers = [change(World.Configuration.Issuers![0])] });

    private async Task<(string Assertion, string Agent)> MakeAsync(string what)
    {
        var now = _server.Now.ToUnixTimeSeconds();
        switch (what)
        {
            case "an issuer that is disabled":
                await ChangeAsync(i => i with { Enabled = false });
                break;
            case "an issuer of ID tokens":
                await ChangeAsync(i => i with { TokenTypes = ["id_token"] });
                break;
            case "an algorithm that is not allowed":
                await ChangeAsync(i => i with { Algorithms = ["RS256", "PS256"] });
                break;
            case "for another presenter":
                await ChangeAsync(i => i with { Claims = i.Claims with { Presenter = "azp" } });
                break;
            case "single use without jti":
                await ChangeAsync(i => i with { SingleUse = true });
                break;
            case "a session that was revoked":
                var session = (await TestAsync(_server.Assertion())).Session!;
                await _server.Services.GetRequiredService<RevocationStore>().RevokeAsync(Root.Session(session), "test", new ExchangeRecord { At = _server.Now, Kind = RecordKind.Revocation, Reason = "revoked" }, default);
                break;
        }

        Action<JsonObject>? change = what switch
        {
            "an issuer nobody knows" => c => c["iss"] = "https://idp.example/",
            "from the future" => c => c["iat"] = now + 7,
            "not valid yet" => c => c["nbf"] = now + 7,
            "too old" => c => (c["iat"], c["exp"]) = (now - 601, now + 9000),
            "without exp" => c => c.Remove("exp"),
            "for two audiences" => c => c["aud"] = new JsonArray("https://exchange.example", "https://elsewhere.example"),
            "a logout token" => c => c["events"] = new JsonObject(),
            "with act" => c => c["act"] = new JsonObject { ["sub"] = "x" },
            "for another presenter" => c => c["azp"] = World.SummaryAgent,
            "for a user called like a client" => c => c["sub"] = World.SummaryAgent,
            "without sub" => c => c.Remove("sub"),
            "single use without jti" => c => c.Remove("jti"),
            "a sign-in of tomorrow" => c => c["auth_time"] = now + 86400,
            "scopes in a list" => c => c["scope"] = new JsonArray("mail.read"),
            "a session of a number" => c => c["sid"] = 7,
            "may_act that is no party" => c => c["may_act"] = "inbox-agent",
            "may_act of others" => c => c["may_act"] = new JsonObject { ["sub"] = World.SummaryAgent },
            _ => null,
        };
        return what switch
        {
            "this server's own token" => (await _server.FirstTokenAsync(), World.InboxAgent),
            "another typ" => (World.Assertion(_server.Now, header: h => h["typ"] = "session+jwt"), World.InboxAgent),
            "an unknown key" => (World.Assertion(_server.Now, header: h => h["kid"] = "idp-2"), World.InboxAgent),
            "a stranger's signature" => (new TestKey("idp-1").Sign(World.Claims(_server.Now)), World.InboxAgent),
            "an agent that is disabled" => (_server.Assertion(), "disabled-agent"),
            "an agent nobody knows" => (_server.Assertion(), "nobody"),
            "a JWE" => ("eyJh.b.c.d.e", World.InboxAgent),
            "with the word Bearer" => ("Bearer " + _server.Assertion(), World.InboxAgent),
            "nothing" => (" ", World.InboxAgent),
            "too long" => (new string('a', 16385), World.InboxAgent),
            "a sentence" => ("let me in", World.InboxAgent),
            "three parts of nonsense" => ("a.b.c", World.InboxAgent),
            _ => (_server.Assertion(change), World.InboxAgent),
        };
    }
}
