using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Protocol;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authority;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>
/// Follows the server's security events over long-poll (RFC 8936), on a stream of this process's own. A new stream begins with what is still in force, so that
/// nothing is missed between two streams, or before the first.
/// </summary>
internal sealed class RevocationFeed(
    IOptions<ActorTokenOptions> options, AuthorityApi api, AuthorityDocuments documents, RevocationMemory memory, PolicySource policies, TimeProvider time, ILogger<RevocationFeed> logger)
{
    // The server answers a poll within 20 seconds also when there is nothing to tell.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(2);

    private readonly ActorTokenOptions _options = options.Value;
    private readonly string _streams = $"{options.Value.Authority!.TrimEnd('/')}/ssf/streams";

    private volatile Heard? _heard;

    private enum Outcome
    {
        Answered,
        Failed,
        Gone,
    }

    /// <summary>Whether the server was heard from recently enough to go by what it has told.</summary>
    public bool IsFresh => _heard is { } heard && time.GetElapsedTime(heard.AskedAt) < _options.Enforcement!.MaxRevocationAge;

    /// <summary>Follows until it is told to stop.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        EventStream? stream = null;
        try
        {
            while (true)
            {
                stream ??= await OpenAsync(stop);
                switch (stream is null ? Outcome.Failed : await PollAsync(stream, stop))
                {
                    case Outcome.Gone:
                        stream = null;
                        break;
                    case Outcome.Failed:
                        await Task.Delay(PauseAfterFailure, time, stop);
                        break;
                }
            }
        }
        finally
        {
            if (stream is not null)
            {
                await CloseAsync(stream);
            }
        }
    }

    private async Task<EventStream?> OpenAsync(CancellationToken stop)
    {
        using var response = await api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _streams)
            {
                Content = JsonContent.Create(new JsonObject
                {
                    ["delivery"] = new JsonObject { ["method"] = "urn:ietf:rfc:8936" },
                    ["events_requested"] = new JsonArray([.. SecurityEvent.Types(_options.Authority!).Select(t => JsonValue.Create(t))]),
                }),
            },
            patience: null,
            stop);
        if (response is null)
        {
            return null;
        }

        if (response.StatusCode == HttpStatusCode.Created && await ReadAsync(response, stop) is { } said
            && JsonClaims.TryGetString(said, "stream_id", out var id) && said.TryGetProperty("delivery", out var delivery) && delivery.ValueKind == JsonValueKind.Object
            && delivery.TryGetProperty("endpoint_url", out var endpoint) && endpoint.ValueKind == JsonValueKind.String
            && endpoint.GetString() is { } poll && poll.StartsWith(_options.Authority!, StringComparison.Ordinal))
        {
            logger.StreamOpened(id);
            return new EventStream(id, poll);
        }

        logger.StreamRefused(_streams, (int)response.StatusCode);
        return null;
    }

    private async Task<Outcome> PollAsync(EventStream stream, CancellationToken stop)
    {
        var askedAt = time.GetTimestamp();
        var caughtUp = stream.CaughtUp;
        stream.CaughtUp = false;
        using var response = await api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, stream.Poll)
            {
                Content = JsonContent.Create(new JsonObject { ["returnImmediately"] = !caughtUp, ["ack"] = new JsonArray([.. stream.Taken.Select(t => JsonValue.Create(t))]) }),
            },
            Patience,
            stop);
        if (response is null)
        {
            return Outcome.Failed;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            logger.PollRefused(stream.Id, (int)response.StatusCode);
            return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Conflict or HttpStatusCode.Forbidden ? Outcome.Gone : Outcome.Failed;
        }

        stream.Taken.Clear();
        if (await ReadAsync(response, stop) is not { } said || !said.TryGetProperty("sets", out var sets) || sets.ValueKind != JsonValueKind.Object || !await TakeAsync(stream, sets, stop))
        {
            // It may have been a revocation: what follows cannot be gone by.
            logger.EventsUnreadable(stream.Id);
            return Outcome.Failed;
        }

        // A stream that its owner has paused tells nothing, and does not say that there is nothing to tell.
        if (said.TryGetProperty("status", out _))
        {
            return Outcome.Gone;
        }

        stream.CaughtUp = !(said.TryGetProperty("moreAvailable", out var more) && more.ValueKind == JsonValueKind.True);
        if (stream.CaughtUp)
        {
            _heard = new Heard(askedAt);
        }

        return Outcome.Answered;
    }

    private async Task<bool> TakeAsync(EventStream stream, JsonElement sets, CancellationToken stop)
    {
        var all = true;
        foreach (var set in sets.EnumerateObject())
        {
            var claims = set.Value.ValueKind == JsonValueKind.String ? await documents.ReadAsync(set.Value.GetString()!, SecurityEventNames.TokenHeader, IsForThisApp, stop) : null;
            switch (claims is { } payload ? SecurityEvent.Read(payload, _options.Authority!) : null)
            {
                case SecurityEvent.Revoked revoked:
                    memory.Add(revoked.Kind, revoked.Id, revoked.RevokedAt, revoked.Tokens);
                    logger.RevocationHeard(revoked.Kind);
                    break;
                case SecurityEvent.PoliciesChanged:
                    policies.RequestRefresh();
                    break;
                case null:
                    all = false;
                    continue;
            }

            stream.Taken.Add(set.Name);
        }

        return all;
    }

    private bool IsForThisApp(string audience) => string.Equals(audience, _options.Enforcement!.ClientId, StringComparison.Ordinal);

    private async Task CloseAsync(EventStream stream)
    {
        using var limit = new CancellationTokenSource(PatienceAtTheEnd);
        try
        {
            (await api.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"{_streams}?stream_id={Uri.EscapeDataString(stream.Id)}"), patience: null, limit.Token))?.Dispose();
        }
        catch (OperationCanceledException)
        {
            // The server deletes a stream nobody follows.
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancel), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Heard(long AskedAt);

    // What was taken is acknowledged with the next poll.
    private sealed record EventStream(string Id, string Poll)
    {
        public List<string> Taken { get; } = [];

        public bool CaughtUp { get; set; }
    }
}
