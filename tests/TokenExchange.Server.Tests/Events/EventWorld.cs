using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Events;

/// <summary>The usual world, in which a script administers and the calendar has an API of its own; and how relying apps there speak to the transmitter.</summary>
internal static class EventWorld
{
    public const string CalendarApi = "calendar-api";
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
    public const string Poll = """{"delivery":{"method":"urn:ietf:rfc:8936"}}""";

    public static ExchangeConfiguration Configuration { get; } = World.WithOps(World.Configuration) with
    {
        Resources = [World.Configuration.Resources![0], World.Configuration.Resources![1] with { Clients = [CalendarApi] }],
        Clients =
        [
            .. World.WithOps(World.Configuration).Clients!.Select(c => c.ClientId == World.MailApi ? c with { AllowPrivateHosts = ["127.0.0.1"] } : c),
            new ClientDefinition { ClientId = CalendarApi, Name = "Calendar", Kind = ClientKind.Resource, SecretSha256 = World.SecretHash },
        ],
    };

    public static async Task<string> TokenOfAsync(this RunningServer server, string client, string scope = "events.receive") =>
        (await server.PostAsync("/token", client, World.Secret, ("grant_type", GrantTypes.ClientCredentials), ("scope", scope))).AccessToken;

    /// <summary>A stream of a client with nothing in it: what the making of the world told is acknowledged.</summary>
    public static async Task<Receiver> ReceiverAsync(this RunningServer server, string client = World.MailApi)
    {
        var receiver = await Receiver.CreateAsync(server.Http, await server.TokenOfAsync(client));
        await receiver.AcknowledgeAsync(await receiver.PollAsync());
        return receiver;
    }

    public static async Task RevokeRootAsync(this RunningServer server, string kind, string id) =>
        (await server.ApiAsync(HttpMethod.Post, "/admin/api/revocations", await server.ApiTokenAsync(), $$"""{"kind":"{{kind}}","id":"{{id}}"}""")).Status.ShouldBe(200);

    public static async Task<Answer> CallAsync(HttpClient http, HttpMethod method, string path, string? token, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }
}

/// <summary>One process of a relying app with a stream that it polls, at whichever node.</summary>
internal sealed record Receiver(HttpClient Http, string Token, string StreamId)
{
    public static async Task<Receiver> CreateAsync(HttpClient http, string token, string json = EventWorld.Poll)
    {
        var created = await EventWorld.CallAsync(http, HttpMethod.Post, "/ssf/streams", token, json);
        created.Status.ShouldBe(201, created.Body);
        return new Receiver(http, token, (string)created.Json["stream_id"]!);
    }

    public Task<Answer> AskAsync(string json) => EventWorld.CallAsync(Http, HttpMethod.Post, $"/ssf/poll/{StreamId}", Token, json);

    public async Task<IReadOnlyList<Received>> PollAsync(string json = """{"returnImmediately":true}""")
    {
        var answer = await AskAsync(json);
        answer.Status.ShouldBe(200, answer.Body);
        return [.. answer.Json["sets"]!.AsObject().Select(s => new Received(s.Key, (string)s.Value!))];
    }

    public async Task AcknowledgeAsync(IReadOnlyList<Received> events) =>
        (await AskAsync(new JsonObject { ["maxEvents"] = 0, ["ack"] = new JsonArray([.. events.Select(e => JsonValue.Create(e.Id))]) }.ToJsonString())).Status.ShouldBe(200);
}

/// <summary>An event as it came.</summary>
internal sealed record Received(string Id, string Set)
{
    public JsonObject Claims => Jwt.Payload(Set);

    public JsonObject? Root => Claims["events"]![EventWorld.SessionRevoked]?["root"]?.AsObject();

    public string? Name => Root is { } root ? $"{root["kind"]}:{root["id"]}" : null;
}
