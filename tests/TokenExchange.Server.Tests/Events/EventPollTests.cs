using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Laws;

namespace TokenExchange.Server.Tests.Events;

/// <summary>A relying app polls, and hears of every revocation that concerns it: at once, in order, once at least, and of no other.</summary>
public sealed class EventPollTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(EventWorld.Configuration);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("session", """{"format":"complex","session":{"format":"opaque","id":"<id>"}}""", false)]
    [InlineData("delegation", """{"format":"opaque","id":"<id>"}""", false)]
    [InlineData("token", """{"format":"jwt_id","iss":"<iss>","jti":"<id>"}""", true)]
    [InlineData("subject", """{"format":"complex","user":{"format":"iss_sub","iss":"<iss>","sub":"<id>"}}""", false)]
    [InlineData("agent", """{"format":"complex","application":{"format":"iss_sub","iss":"<iss>","sub":"<id>"}}""", false)]
    [InlineData("issuer", """{"format":"complex","tenant":{"format":"uri","uri":"<id>"}}""", false)]
    [InlineData("resource", """{"format":"uri","uri":"<id>"}""", true)]
    [InlineData("purpose", """{"format":"opaque","id":"<id>"}""", false)]
    public async Task A_revocation_is_exactly_this(string kind, string subject, bool withTokens)
    {
        var token = Jwt.Payload(await _server.FirstTokenAsync());
        var receiver = await _server.ReceiverAsync();
        var id = kind switch
        {
            "session" => (string)token["sid"]!,
            "delegation" => (string)token["txn"]!,
            "token" => (string)token["jti"]!,
            "subject" => "alice",
            "agent" => World.InboxAgent,
            "issuer" => World.Idp,
            "resource" => World.Mail,
            _ => World.Triage,
        };

        await _server.RevokeRootAsync(kind, id);

        var told = (await receiver.PollAsync()).Single();
        var tokens = !withTokens ? string.Empty : kind == "token" ? $",\"tokens\":[\"{id}\"]" : ",\"tokens\":[]";
        told.Claims.ToJsonString().ShouldBe(
            $$$$"""{"iss":"{{{{_server.Issuer}}}}","aud":"mail-api","iat":{{{{RunningServer.Start.ToUnixTimeSeconds()}}}},"jti":"{{{{told.Id}}}}","sub_id":{{{{subject.Replace("<id>", id).Replace("<iss>", _server.Issuer)}}}},"events":{"""
            + $$$$"""{{{{$"\"{EventWorld.SessionRevoked}\""}}}}:{"event_timestamp":{{{{RunningServer.Start.ToUnixTimeSeconds()}}}},"initiating_entity":"admin","root":{"kind":"{{{{kind}}}}","id":"{{{{id}}}}","revoked_at":"""
            + $"{RunningServer.Start.ToUnixTimeMilliseconds()}{tokens}}}}}}}}}");
        var header = Jwt.Header(told.Set);
        ((string)header["typ"]!, (string)header["alg"]!).ShouldBe(("secevent+jwt", "ES256"));
        told.Id.ShouldStartWith(receiver.StreamId + ".");
    }

    [Fact]
    public async Task The_instant_is_rounded_up_to_the_millisecond()
    {
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();
        _server.Clock.Advance(TimeSpan.FromTicks(1));

        await _server.RevokeRootAsync("subject", "alice");

        ((long)(await receiver.PollAsync()).Single().Root!["revoked_at"]!).ShouldBe(RunningServer.Start.ToUnixTimeMilliseconds() + 1);
    }

    [Fact]
    public async Task An_agent_that_gives_back_its_token_is_no_administrator()
    {
        var token = await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();

        await _server.RevokeAsync(token);

        ((string)(await receiver.PollAsync()).Single().Claims["events"]![EventWorld.SessionRevoked]!["initiating_entity"]!).ShouldBe("system");
    }

    [Fact]
    public async Task A_stream_of_another_resource_is_not_told_of_a_strangers_user()
    {
        await _server.FirstTokenAsync();
        var (mail, calendar) = (await _server.ReceiverAsync(), await _server.ReceiverAsync(EventWorld.CalendarApi));

        await _server.RevokeRootAsync("subject", "alice");
        await _server.RevokeRootAsync("subject", "bob");

        (await mail.PollAsync()).Select(e => e.Name).ShouldBe(["subject:alice"]);
        (await calendar.PollAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("token")]
    [InlineData("resource")]
    public async Task What_a_token_does_not_say_of_its_descent_the_event_says(string kind)
    {
        var first = await _server.FirstTokenAsync();
        var handed = (await _server.HopAsync(World.ArchiveAgent, first, TokenTypes.AccessToken, ("resource", World.Calendar), ("scope", "calendar.read"))).AccessToken;
        var (mail, calendar) = (await _server.ReceiverAsync(), await _server.ReceiverAsync(EventWorld.CalendarApi));
        var (firstId, handedId) = ((string)Jwt.Payload(first)["jti"]!, (string)Jwt.Payload(handed)["jti"]!);

        await _server.RevokeRootAsync(kind, kind == "token" ? firstId : World.Mail);

        TokensOf((await calendar.PollAsync()).Single()).ShouldBe([handedId]);
        TokensOf((await mail.PollAsync()).Single()).ShouldBe(kind == "token" ? [firstId] : [], "a token for the resource itself says so");

        static IEnumerable<string> TokensOf(Received told) => told.Root!["tokens"]!.AsArray().Select(t => (string)t!);
    }

    [Fact]
    public async Task Who_waits_is_woken_by_the_revocation()
    {
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();
        var waiting = receiver.PollAsync("{}");

        await _server.RevokeRootAsync("subject", "alice");

        (await waiting).Single().Name.ShouldBe("subject:alice");
    }

    [Fact]
    public async Task L6_A_revocation_at_one_node_reaches_who_waits_at_another()
    {
        await using var other = await Node.BesideAsync(_server);
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync() with { Http = other.Http };
        var waiting = receiver.PollAsync("{}");
        waiting.IsCompleted.ShouldBeFalse();

        await _server.RevokeRootAsync("subject", "alice");

        (await waiting).Single().Name.ShouldBe("subject:alice");
    }

    [Fact]
    public async Task A_restart_in_the_middle_loses_nothing()
    {
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();
        IReadOnlyList<Received> before;
        await using (var node = await Node.BesideAsync(_server))
        {
            await _server.RevokeRootAsync("subject", "alice");
            await _server.RevokeRootAsync("agent", World.InboxAgent);
            before = await (receiver with { Http = node.Http }).PollAsync();
            before.Select(e => e.Name).ShouldBe(["subject:alice", "agent:inbox-agent"]);
            await (receiver with { Http = node.Http }).AcknowledgeAsync([before[1]]);
        }

        await _server.RevokeRootAsync("purpose", World.Triage);
        await using var again = await Node.BesideAsync(_server);
        var after = await (receiver with { Http = again.Http }).PollAsync();

        after.Select(e => e.Name).ShouldBe(["subject:alice", "purpose:inbox.triage"]);
        after[0].Id.ShouldBe(before[0].Id);
    }

    [Fact]
    public async Task A_new_stream_is_first_told_what_is_in_force()
    {
        await _server.FirstTokenAsync();
        await _server.RevokeRootAsync("subject", "alice");
        var token = await _server.TokenOfAsync(World.MailApi);
        (await (await Receiver.CreateAsync(_server.Http, token)).PollAsync()).ShouldContain(e => e.Name == "subject:alice");

        _server.Clock.Advance(TimeSpan.FromMinutes(62));

        (await (await Receiver.CreateAsync(_server.Http, await _server.TokenOfAsync(World.MailApi))).PollAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_to_tell_is_answered_after_the_wait()
    {
        var receiver = await _server.ReceiverAsync();
        var waiting = receiver.AskAsync("{}");
        for (var i = 0; i < 2000 && !waiting.IsCompleted; i++)
        {
            _server.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }

        (await waiting).Body.ShouldBe("""{"sets":{},"moreAvailable":false}""");
    }

    [Fact]
    public async Task A_second_poll_ends_the_first_with_an_empty_answer()
    {
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();
        var first = receiver.AskAsync("{}");
        await Task.Delay(300);
        var second = receiver.PollAsync("{}");

        (await first).Body.ShouldBe("""{"sets":{},"moreAvailable":false}""");
        await _server.RevokeRootAsync("subject", "alice");
        (await second).Single().Name.ShouldBe("subject:alice");
    }

    [Fact]
    public async Task As_many_come_as_were_asked_for_and_what_could_not_be_read_does_not_come_again()
    {
        await _server.FirstTokenAsync();
        var receiver = await _server.ReceiverAsync();
        foreach (var kind in new[] { "subject:alice", "agent:inbox-agent", "purpose:inbox.triage" })
        {
            await _server.RevokeRootAsync(kind.Split(':')[0], kind.Split(':')[1]);
        }

        var one = await receiver.AskAsync("""{"maxEvents":1,"returnImmediately":true}""");
        ((bool)one.Json["moreAvailable"]!, one.Json["sets"]!.AsObject().Count).ShouldBe((true, 1));
        var id = one.Json["sets"]!.AsObject().Single().Key;
        var rest = await receiver.PollAsync($$$$"""{"returnImmediately":true,"setErrs":{"{{{{id}}}}":{"err":"invalid_request","description":"?"}}}""");

        rest.Select(e => e.Name).ShouldBe(["agent:inbox-agent", "purpose:inbox.triage"]);
        (await receiver.AskAsync("""{"maxEvents":0}""")).Body.ShouldBe("""{"sets":{},"moreAvailable":true}""");
    }

    [Fact]
    public async Task What_the_configuration_ends_is_told_to_everybody_and_that_it_changed()
    {
        var receivers = new[] { await _server.ReceiverAsync(), await _server.ReceiverAsync(EventWorld.CalendarApi) };
        var world = EventWorld.Configuration;
        await _server.ApplyAsync(world with
        {
            Clients = [.. world.Clients!.Select(c => c.ClientId == World.SummaryAgent ? c with { Enabled = false } : c)],
            Purposes = [.. world.Purposes!.Select(p => p.Purpose == "mail.digest" ? p with { State = "retired" } : p)],
        });

        foreach (var receiver in receivers)
        {
            var told = await receiver.PollAsync();
            told.Select(e => e.Name).ShouldBe(["agent:summary-agent", "purpose:mail.digest", null]);
            told[2].Claims["sub_id"]!.ToJsonString().ShouldBe($$"""{"format":"uri","uri":"{{_server.Issuer}}/policies/bundle"}""");
            told[2].Claims["events"]!.ToJsonString().ShouldBe(
                $$$$"""{"{{{{_server.Issuer}}}}/events/policies-changed":{"event_timestamp":{{{{RunningServer.Start.ToUnixTimeSeconds()}}}},"policy_set_version":2}}""");
        }
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told()
    {
        await _server.FirstTokenAsync();
        var token = await _server.TokenOfAsync(World.MailApi);
        var policies = await Receiver.CreateAsync(_server.Http, token, $$"""{"events_requested":["{{_server.Issuer}}/events/policies-changed"]}""");
        await policies.AcknowledgeAsync(await policies.PollAsync());

        await _server.RevokeRootAsync("subject", "alice");

        (await policies.PollAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_acknowledges_what_has_not_happened_nor_what_is_not_theirs()
    {
        await _server.FirstTokenAsync();
        var (mine, other) = (await _server.ReceiverAsync(), await _server.ReceiverAsync());
        await mine.AskAsync(new JsonObject { ["maxEvents"] = 0, ["ack"] = new JsonArray([.. Enumerable.Range(1, 500).Select(i => JsonValue.Create($"{mine.StreamId}.{i}"))]) }.ToJsonString());
        await mine.AskAsync(new JsonObject { ["maxEvents"] = 0, ["ack"] = new JsonArray([.. Enumerable.Range(1, 500).Select(i => JsonValue.Create($"{other.StreamId}.{i}"))]) }.ToJsonString());

        await _server.RevokeRootAsync("subject", "alice");

        (await mine.PollAsync()).Single().Name.ShouldBe("subject:alice");
        (await other.PollAsync()).Single().Name.ShouldBe("subject:alice");
    }

    [Theory]
    [InlineData("""{"maxEvents":-1}""", "maxEvents: write a whole number, 0 or more.")]
    [InlineData("""{"maxEvents":1.5}""", "maxEvents: write a whole number, 0 or more.")]
    [InlineData("""{"returnImmediately":"no"}""", "returnImmediately: write true or false.")]
    [InlineData("""{"ack":"x"}""", "ack: write an array of at most 1000 texts without spaces, each of at most 200 characters.")]
    [InlineData("""{"setErrs":[]}""", "setErrs: write an object with at most 1000 members, each the jti of an event.")]
    [InlineData("""{"setErrs":{"x":{}}}""", "setErrs: each member is an object with err and description.")]
    [InlineData("""{"ack":[],"ack":[]}""", "The body is not JSON, or names a member twice.")]
    [InlineData("[]", "Send a JSON object.")]
    [InlineData("{", "The body is not JSON, or names a member twice.")]
    public async Task What_cannot_be_read_is_refused(string json, string detail)
    {
        var answer = await (await _server.ReceiverAsync()).AskAsync(json);

        (answer.Status, (string)answer.Json["detail"]!).ShouldBe((400, detail));
    }

    [Fact]
    public async Task A_stream_that_nobody_polls_is_gone_after_a_while()
    {
        var receiver = await _server.ReceiverAsync();
        var maintenance = _server.Services.GetRequiredService<Maintenance>();
        (await maintenance.RunOnceAsync(_server.Now.AddMinutes(59), default))!.Value.Events.Silent.ShouldBe(0);

        (await maintenance.RunOnceAsync(_server.Now.AddMinutes(61), default))!.Value.Events.Silent.ShouldBe(1);

        (await receiver.AskAsync("{}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_end_of_a_server_answers_who_waits_and_is_no_error_in_its_log()
    {
        var errors = new Errors();
        await using (var server = await RunningServer.StartAsync(EventWorld.Configuration, builder => builder.Logging.ClearProviders().AddProvider(errors)))
        {
            var http = new HttpClient { BaseAddress = new Uri(server.Issuer) };
            var waiting = (await server.ReceiverAsync() with { Http = http }).AskAsync("{}");
            await Task.Delay(500);
            server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            (await waiting).Body.ShouldBe("""{"sets":{},"moreAvailable":false}""");
        }

        errors.All.ShouldBeEmpty();
    }

    private sealed class Errors : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                All.Add($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
