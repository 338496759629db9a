using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;

namespace TokenExchange.ResourceServer.Tests.Wire;

/// <summary>The part of the server's API that a relying app follows: the policies of its resource, the event stream.</summary>
internal sealed class FakeServerApi(FakeAuthority authority)
{
    public const string ClientId = "mail-api";

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _streams = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>What relying apps get, as long as <see cref="BundleAnswer"/> is null.</summary>
    public PolicyBundle Bundle { get; set; } = new()
    {
        PolicySetVersion = 1,
        Purposes = [new PurposeDefinition { Purpose = "inbox.triage", Title = "Sort my inbox", Description = "Read and label" }],
        Policies = [Permit("triage")],
        Agents = [new BundledAgent { ClientId = "summary-agent", Kind = "ai_agent" }],
        Issuers = ["https://idp.example"],
    };

    /// <summary>Another answer than the bundle.</summary>
    public Func<HttpContext, IResult>? BundleAnswer { get; set; }

    /// <summary>Another answer to a poll.</summary>
    public Func<HttpContext, IResult>? PollAnswer { get; set; }

    /// <summary>What was acknowledged.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>The streams there are.</summary>
    public IReadOnlyCollection<string> Streams => [.. _streams.Keys];

    public static PolicyDefinition Permit(string name) => new()
    {
        Name = name, Purpose = "inbox.triage", Agents = ["summary-agent"], Subjects = [new SubjectDefinition { Issuer = "https://idp.example" }], Resource = RelyingApp.Resource,
        Scopes = ["mail.read", "mail.label"], Limits = new LimitsDefinition { MaxChainDepth = 2 },
    };

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/policies/bundle", (HttpContext http) => BundleAnswer?.Invoke(http) ?? AnswerBundle(http));
        app.MapPost("/ssf/streams", () =>
        {
            var id = $"stream-{Interlocked.Increment(ref _count)}";
            _streams[id] = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
            return Results.Json(new { stream_id = id, delivery = new { method = "urn:ietf:rfc:8936", endpoint_url = $"{authority.Issuer}/ssf/poll/{id}" } }, statusCode: 201);
        });
        app.MapDelete("/ssf/streams", (string stream_id) => _streams.TryRemove(stream_id, out _) ? Results.NoContent() : Results.NotFound());
        app.MapPost("/ssf/poll/{id}", PollAsync);
    }

    /// <summary>Forgets all streams, as a server does that was restored.</summary>
    public void ForgetStreams() => _streams.Clear();

    public void ChangePolicies(Func<PolicyBundle, PolicyBundle> change)
    {
        Bundle = change(Bundle) with { PolicySetVersion = Bundle.PolicySetVersion + 1 };
        Tell($"{authority.Issuer}/events/policies-changed", []);
    }

    public string TellRevoked(string kind, string id, DateTimeOffset at, params string[] tokens) => Tell(
        "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
        new JsonObject
        {
            ["root"] = new JsonObject { ["kind"] = kind, ["id"] = id, ["revoked_at"] = at.ToUnixTimeMilliseconds(), ["tokens"] = new JsonArray([.. tokens.Select(t => JsonValue.Create(t))]) },
        });

    /// <summary>Tells every stream of an event; <paramref name="change"/> makes it another than the server would send.</summary>
    public string Tell(string type, JsonObject said, Action<JsonObject>? change = null, SigningKey? key = null, string typ = "secevent+jwt")
    {
        var id = $"event-{Interlocked.Increment(ref _count)}";
        var claims = new JsonObject { ["iss"] = authority.Issuer, ["aud"] = ClientId, ["iat"] = 0, ["jti"] = id, ["events"] = new JsonObject { [type] = said } };
        change?.Invoke(claims);
        foreach (var stream in _streams.Values)
        {
            stream[id] = Sign(claims, typ, key);
        }

        return id;
    }

    public string Sign(JsonObject claims, string typ, SigningKey? key = null)
    {
        key ??= authority.Key;
        return key.Sign(new JsonObject { ["alg"] = "ES256", ["typ"] = typ, ["kid"] = key.Id }.ToJsonString(), claims.ToJsonString());
    }

    public string SignBundle(Action<JsonObject>? change = null, SigningKey? key = null, string typ = PolicyBundle.JwtType)
    {
        var claims = new JsonObject { ["iss"] = authority.Issuer, ["aud"] = RelyingApp.Resource, ["iat"] = 0, ["bundle"] = Bundle.ToJson() };
        change?.Invoke(claims);
        return Sign(claims, typ, key);
    }

    private IResult AnswerBundle(HttpContext http)
    {
        var tag = $"\"{Bundle.PolicySetVersion}\"";
        http.Response.Headers.ETag = tag;
        return !http.Request.Headers.Authorization.ToString().StartsWith("Bearer api-", StringComparison.Ordinal) ? Results.StatusCode(401)
            : http.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(304) : Results.Text(SignBundle());
    }

    private async Task<IResult> PollAsync(HttpContext http, string id)
    {
        var asked = (await JsonSerializer.DeserializeAsync<JsonObject>(http.Request.Body))!;
        if (PollAnswer?.Invoke(http) is { } answer)
        {
            return answer;
        }

        if (!_streams.TryGetValue(id, out var stream))
        {
            return Results.NotFound();
        }

        foreach (var taken in asked["ack"]!.AsArray().Select(a => (string)a!))
        {
            Acknowledged.Enqueue(taken);
            stream.TryRemove(taken, out _);
        }

        for (var waited = 0; stream.IsEmpty && waited < 10 && !(bool)asked["returnImmediately"]!; waited++)
        {
            await Task.Delay(10, http.RequestAborted);
        }

        return Results.Json(new { sets = stream.ToDictionary(StringComparer.Ordinal), moreAvailable = false });
    }
}
