using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Settings;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>Makes, changes and deletes streams at their owner's wish, on record. A stream of somebody else is no stream.</summary>
internal sealed class StreamEditor(
    EventStreamStore streams, EventLog log, CatalogSource catalogs, IDataProtectionProvider protection, IOptions<ExchangeSettings> exchange, IOptions<EventSettings> settings, TimeProvider clock)
{
    /// <summary>As many streams may a client have: each process of a relying app makes its own.</summary>
    public const int MostStreams = 1000;

    // The hour a token lives at most, and the furthest that clocks are allowed to differ: what happened before then ends nothing any more.
    private static readonly TimeSpan InForce = TimeSpan.FromMinutes(61);

    private readonly IDataProtector _protector = protection.CreateProtector("TokenExchange.EventStream");
    private readonly string _issuer = exchange.Value.Issuer;

    /// <summary>Makes a stream that is first told what is in force; null when the client has too many.</summary>
    /// <exception cref="SsfInputException">The wish cannot be read.</exception>
    public async Task<JsonObject?> CreateAsync(JsonElement body, Caller caller, CancellationToken cancellationToken)
    {
        var input = StreamInput.Read(body, await ClientAsync(caller, cancellationToken), pollEndpoint: null);
        var now = clock.GetUtcNow();
        var stream = With(
            new EventStream
            {
                Id = RandomId.New(), ClientId = caller.ClientId, Delivery = input.Delivery, CreatedAt = now, LastSeenAt = now,
                AckedThrough = await log.BeforeAsync(now - InForce, cancellationToken),
            },
            input);
        return await streams.TryAddAsync(stream, MostStreams, Record(stream, caller, "stream_created"), cancellationToken) ? Show(stream) : null;
    }

    /// <summary>The client's stream, or null.</summary>
    public async Task<EventStream?> FindAsync(string? id, Caller caller, CancellationToken cancellationToken) =>
        id is { Length: > 0 and <= 64 } && await streams.FindAsync(id, cancellationToken) is { } stream && string.Equals(stream.ClientId, caller.ClientId, StringComparison.Ordinal) ? stream : null;

    /// <summary>All of the client's streams.</summary>
    public async Task<JsonArray> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        new([.. (await streams.OfClientAsync(caller.ClientId, cancellationToken)).Select(Show)]);

    /// <summary>A stream as its owner sees it.</summary>
    public JsonObject Show(EventStream stream) => StreamJson.Configuration(stream, _issuer, settings.Value.InactivityTimeout);

    /// <summary>Changes what the body names, or with <paramref name="whole"/> everything; null when there is no such stream.</summary>
    /// <exception cref="SsfInputException">The wish cannot be read, or is about what this server decides.</exception>
    public async Task<JsonObject?> ChangeAsync(JsonElement body, bool whole, Caller caller, CancellationToken cancellationToken)
    {
        var client = await ClientAsync(caller, cancellationToken);
        var changed = await ChangeAsync(body, caller, "stream_changed", stream =>
        {
            RefuseOurs(body, Show(stream));
            var pollEndpoint = StreamJson.PollEndpoint(_issuer, stream.Id);
            if (whole)
            {
                return With(stream, StreamInput.Read(body, client, pollEndpoint));
            }

            // What is named as null is no longer wanted; what is not named stays.
            var after = stream with
            {
                EventsRequested = body.TryGetProperty("events_requested", out _) ? StreamInput.ReadEvents(body) : stream.EventsRequested,
                Description = body.TryGetProperty("description", out _) ? StreamInput.ReadDescription(body) : stream.Description,
            };
            return body.Find("delivery") is { } delivery ? With(after, StreamInput.ReadDelivery(delivery, client, pollEndpoint)) : after;
        }, cancellationToken);
        return changed is null ? null : Show(changed);
    }

    /// <summary>Changes the status; null when there is no such stream.</summary>
    /// <exception cref="SsfInputException">The wish cannot be read.</exception>
    public async Task<JsonObject?> ChangeStatusAsync(JsonElement body, Caller caller, CancellationToken cancellationToken)
    {
        var status = body.Text("status", EventStream.MaxText) switch
        {
            "enabled" => StreamStatus.Enabled,
            "paused" => StreamStatus.Paused,
            "disabled" => StreamStatus.Disabled,
            _ => throw new SsfInputException("status: write enabled, paused or disabled."),
        };
        var reason = body.Text("reason", EventStream.MaxText);

        // Nothing was kept for a disabled stream: enabled again, it is told what is in force, like a new one.
        var inForce = await log.BeforeAsync(clock.GetUtcNow() - InForce, cancellationToken);
        var changed = await ChangeAsync(body, caller, $"stream_{status.ToString().ToLowerInvariant()}", stream => stream with
        {
            Status = status,
            StatusReason = reason,
            AckedThrough = stream.Status == StreamStatus.Disabled ? Math.Max(stream.AckedThrough, inForce) : stream.AckedThrough,
        }, cancellationToken);
        return changed is null ? null : StreamJson.Status(changed);
    }

    /// <summary>Deletes a stream; false when there is none.</summary>
    public async Task<bool> DeleteAsync(string? id, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(id, caller, cancellationToken) is { } stream && await streams.DeleteAsync(stream.Id, Record(stream, caller, "stream_deleted"), cancellationToken);

    /// <summary>Lets the stream carry a verification; false when the last one was a moment ago, null when there is no such stream.</summary>
    /// <exception cref="SsfInputException">The wish cannot be read.</exception>
    public async Task<bool?> VerifyAsync(JsonElement body, Caller caller, CancellationToken cancellationToken)
    {
        var state = body.Text("state", EventStream.MaxState);
        var now = clock.GetUtcNow();
        return await FindAsync(body.Text("stream_id", EventStream.MaxText), caller, cancellationToken) is { } stream
            ? await streams.TryVerifyAsync(stream.Id, state, caller.ClientId, now, now - StreamJson.VerificationInterval, cancellationToken) : null;
    }

    /// <summary>The <c>Authorization</c> header to send a stream's events with; null when there is none.</summary>
    public string? Authorization(EventStream stream) => stream.ProtectedAuthorization is { } hidden ? Encoding.ASCII.GetString(_protector.Unprotect([.. hidden])) : null;

    private async Task<EventStream?> ChangeAsync(JsonElement body, Caller caller, string reason, Func<EventStream, EventStream> change, CancellationToken cancellationToken)
    {
        var id = body.Text("stream_id", EventStream.MaxText) ?? throw new SsfInputException("stream_id: say which stream.");
        while (await FindAsync(id, caller, cancellationToken) is { } stream)
        {
            var after = change(stream) with { LastSeenAt = clock.GetUtcNow() };
            if (await streams.TrySaveAsync(after, Record(after, caller, reason), cancellationToken) is { } saved)
            {
                return saved;
            }

            // Meanwhile something was acknowledged: the change is made to what holds now.
        }

        return null;
    }

    private EventStream With(EventStream stream, StreamInput input) =>
        With(stream with { EventsRequested = input.EventsRequested, Description = input.Description }, (input.Delivery, input.Endpoint, input.Authorization));

    private EventStream With(EventStream stream, (EventDelivery Delivery, string? Endpoint, string? Authorization) input) => stream with
    {
        Delivery = input.Delivery,
        Endpoint = input.Endpoint,
        ProtectedAuthorization = input.Authorization is { } secret ? _protector.Protect(Encoding.ASCII.GetBytes(secret)) : null,
    };

    // Owners send back what they were given; what of it is ours must not have changed on the way (SSF 1.0 §8.1.1.3).
    private static void RefuseOurs(JsonElement body, JsonObject current)
    {
        foreach (var name in new[] { "iss", "aud", "events_supported", "min_verification_interval", "inactivity_timeout" })
        {
            if (body.Find(name) is { } written && current[name] is { } ours && !JsonNode.DeepEquals(JsonNode.Parse(written.GetRawText()), ours))
            {
                throw new SsfInputException($"{name}: this server decides it; leave it out or as it is.");
            }
        }
    }

    private async Task<Core.Configuration.ClientDefinition> ClientAsync(Caller caller, CancellationToken cancellationToken) =>
        (await catalogs.CurrentAsync(cancellationToken)).FindClient(caller.ClientId, clock.GetUtcNow()) ?? throw new SsfInputException("This client is disabled.");

    private ExchangeRecord Record(EventStream stream, Caller caller, string reason) => new()
    {
        At = clock.GetUtcNow(), Kind = RecordKind.EventStream, Reason = reason, ClientId = caller.ClientId, Source = caller.Source?.ToString(),
        Detail = stream.Endpoint is { } endpoint ? $"stream {stream.Id}; pushed to {RecordText.Harmless(endpoint)}" : $"stream {stream.Id}; polled",
    };
}
