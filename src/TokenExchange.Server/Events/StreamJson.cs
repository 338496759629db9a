using System.Text.Json.Nodes;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>A stream as its owner sees it (SSF 1.0 §8.1.1). What authorizes its deliveries is never shown.</summary>
internal static class StreamJson
{
    /// <summary>The least time between two verifications.</summary>
    public static readonly TimeSpan VerificationInterval = TimeSpan.FromSeconds(10);

    /// <summary>Where a stream is polled.</summary>
    public static string PollEndpoint(string issuer, string streamId) => $"{issuer}/ssf/poll/{streamId}";

    /// <summary>The stream configuration.</summary>
    public static JsonObject Configuration(EventStream stream, string issuer, TimeSpan inactivityTimeout)
    {
        var supported = SsfNames.Supported(issuer);
        var json = new JsonObject
        {
            ["stream_id"] = stream.Id,
            ["iss"] = issuer,
            ["aud"] = stream.ClientId,
            ["delivery"] = stream.Delivery == EventDelivery.Push
                ? new JsonObject { ["method"] = SsfNames.Push, ["endpoint_url"] = stream.Endpoint }
                : new JsonObject { ["method"] = SsfNames.Poll, ["endpoint_url"] = PollEndpoint(issuer, stream.Id) },
            ["events_supported"] = Array(supported),
        };
        if (stream.EventsRequested is { } requested)
        {
            json["events_requested"] = Array(requested);
        }

        json["events_delivered"] = Array(supported.Where(e => stream.EventsRequested?.Contains(e, StringComparer.Ordinal) ?? true));
        if (stream.Description is { } description)
        {
            json["description"] = description;
        }

        json["min_verification_interval"] = (int)VerificationInterval.TotalSeconds;
        if (stream.Delivery == EventDelivery.Poll)
        {
            json["inactivity_timeout"] = (int)inactivityTimeout.TotalSeconds;
        }

        return json;
    }

    /// <summary>A status as it is written (SSF 1.0 §8.1.2.1).</summary>
    public static string NameOf(StreamStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The status (SSF 1.0 §8.1.2).</summary>
    public static JsonObject Status(EventStream stream)
    {
        var json = new JsonObject { ["stream_id"] = stream.Id, ["status"] = NameOf(stream.Status) };
        if (stream.StatusReason is { } reason)
        {
            json["reason"] = reason;
        }

        return json;
    }

    private static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
