using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Server.Events;
using TokenExchange.Server.Tests.Fixtures;
using TokenExchange.Server.Tests.Hostile.Platform;

namespace TokenExchange.Server.Tests.Events;

/// <summary>Events are sent to a receiver that wants it so: in order, with its own secret, until it has them.</summary>
public sealed class EventPushTests : IAsyncLifetime
{
    private const string Secret = "Bearer pushed-with-this-very-secret";

    private readonly ConcurrentQueue<(string Type, string Authorization, Received Event)> _got = new();
    private readonly ConcurrentQueue<(int Status, string Body)> _answers = new();
    private RunningServer _server = null!;
    private KeyServer _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(EventWorld.Configuration);
        _receiver = await KeyServer.StartAsync();
        _receiver.Answer("/events", async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var set = await reader.ReadToEndAsync();
            var received = new Received((string)Jwt.Payload(set)["jti"]!, set);
            var (status, body) = received.Name is not null && _answers.TryDequeue(out var next) ? next : (202, string.Empty);
            _got.Enqueue((http.Request.ContentType!, http.Request.Headers.Authorization.ToString(), received));
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(body);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task They_come_in_order_with_the_receivers_own_secret()
    {
        await StreamAsync();
        await RevokeAsync("subject:alice", "agent:inbox-agent", "purpose:inbox.triage");

        (await NamesAsync(3)).ShouldBe(["subject:alice", "agent:inbox-agent", "purpose:inbox.triage"]);
        _got.Select(g => (g.Type, g.Authorization)).Distinct().ShouldBe([("application/secevent+jwt", Secret)]);
    }

    [Fact]
    public async Task What_is_not_taken_comes_again_before_anything_else()
    {
        _answers.Enqueue((503, string.Empty));
        _answers.Enqueue((400, "not a receiver"));
        _answers.Enqueue((302, string.Empty));
        await StreamAsync();
        await RevokeAsync("subject:alice", "agent:inbox-agent");

        (await NamesAsync(5)).ShouldBe(["subject:alice", "subject:alice", "subject:alice", "subject:alice", "agent:inbox-agent"]);
        _got.Where(g => g.Event.Name == "subject:alice").Select(g => g.Event.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_the_receiver_has_no_use_for_does_not_come_again()
    {
        _answers.Enqueue((400, """{"err":"invalid_request","description":"What is this?"}"""));
        await StreamAsync();
        await RevokeAsync("subject:alice", "agent:inbox-agent");

        (await NamesAsync(2)).ShouldBe(["subject:alice", "agent:inbox-agent"]);
    }

    [Fact]
    public async Task The_secret_is_shown_nowhere_and_not_to_be_read_in_the_database()
    {
        var (token, created) = await StreamAsync();

        created.Body.ShouldNotContain("pushed-with");
        (await EventWorld.CallAsync(_server.Http, HttpMethod.Get, "/ssf/streams", token)).Body.ShouldNotContain("pushed-with");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_server.DatabasePath)!, "exchange.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            (await reader.ReadToEndAsync()).ShouldNotContain("pushed-with-this");
        }
    }

    private async Task<(string Token, Answer Created)> StreamAsync()
    {
        await _server.FirstTokenAsync();
        var token = await _server.TokenOfAsync(World.MailApi);
        var created = await EventWorld.CallAsync(_server.Http, HttpMethod.Post, "/ssf/streams", token,
            $$$"""{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"{{{_receiver.Address}}}/events","authorization_header":"{{{Secret}}}"}}""");
        created.Status.ShouldBe(201, created.Body);
        return (token, created);
    }

    private async Task RevokeAsync(params string[] roots)
    {
        foreach (var root in roots)
        {
            await _server.RevokeRootAsync(root.Split(':')[0], root.Split(':')[1]);
        }
    }

    /// <summary>The roots that arrived, once there are so many; time passes meanwhile, so that what failed is tried again.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(int count)
    {
        var sender = _server.Services.GetRequiredService<EventSender>();
        for (var i = 0; i < 200 && Names().Count < count; i++)
        {
            await sender.RunOnceAsync(default);
            _server.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        return Names();

        List<string> Names() => [.. _got.Select(g => g.Event.Name).OfType<string>()];
    }
}
