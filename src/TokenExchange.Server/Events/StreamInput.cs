using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Assertions;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>What the owner of a stream decides about it (SSF 1.0 §8.1.1, "Receiver-Supplied").</summary>
/// <param name="Delivery">How events reach the receiver.</param>
/// <param name="Endpoint">Where they are sent; null for a stream that is polled.</param>
/// <param name="Authorization">The <c>Authorization</c> header to send them with; null when none was written.</param>
/// <param name="EventsRequested">The types wanted; null means all.</param>
/// <param name="Description">What it is called.</param>
internal sealed record StreamInput(EventDelivery Delivery, string? Endpoint, string? Authorization, IReadOnlyList<string>? EventsRequested, string? Description)
{
    private const int MaxAuthorization = 2000;
    private const int MaxEventType = 200;

    /// <summary>Reads the whole: what is absent is not wanted, and without a delivery the stream is polled.</summary>
    /// <exception cref="SsfInputException">It cannot be read.</exception>
    public static StreamInput Read(JsonElement json, ClientDefinition client, string? pollEndpoint)
    {
        var (delivery, endpoint, authorization) = json.Find("delivery") is { } written ? ReadDelivery(written, client, pollEndpoint) : (EventDelivery.Poll, null, null);
        return new StreamInput(delivery, endpoint, authorization, ReadEvents(json), ReadDescription(json));
    }

    /// <summary>The event types of a body; null when it names none.</summary>
    public static IReadOnlyList<string>? ReadEvents(JsonElement json) => json.Texts("events_requested", EventStream.MaxEventTypes, MaxEventType);

    /// <summary>The description of a body; null when it has none.</summary>
    public static string? ReadDescription(JsonElement json) => json.Text("description", EventStream.MaxText);

    /// <summary>Reads a delivery: one value, so that a secret never goes to another address than the one it was written with.</summary>
    public static (EventDelivery Delivery, string? Endpoint, string? Authorization) ReadDelivery(JsonElement json, ClientDefinition client, string? pollEndpoint)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new SsfInputException("delivery: write an object with a method.");
        }

        var endpoint = json.Text("endpoint_url", EventStream.MaxEndpoint);
        var authorization = json.Text("authorization_header", MaxAuthorization);
        switch (json.Text("method", MaxEventType))
        {
            case SsfNames.Poll when authorization is null && (endpoint is null || string.Equals(endpoint, pollEndpoint, StringComparison.Ordinal)):
                return (EventDelivery.Poll, null, null);
            case SsfNames.Poll:
                throw new SsfInputException("delivery: a stream that is polled gets its endpoint_url from this server, and no authorization_header.");
            case SsfNames.Push when !GuardedHttp.IsAcceptable(endpoint, client.AllowPrivateHosts, out _):
                throw new SsfInputException("delivery.endpoint_url: write the https address that events shall be sent to.");
            case SsfNames.Push when authorization is not null && !authorization.All(c => c is >= ' ' and < '\x7F'):
                throw new SsfInputException("delivery.authorization_header: write the value of a header, in ASCII.");
            case SsfNames.Push:
                return (EventDelivery.Push, endpoint, authorization);
            default:
                throw new SsfInputException($"delivery.method: write {SsfNames.Poll} or {SsfNames.Push}.");
        }
    }
}
