using System.Globalization;
using System.Text.Json;
using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Events;

namespace TokenExchange.Server.Events;

/// <summary>What a receiver asks for, and what it has got (RFC 8936 §2.4).</summary>
/// <param name="MaxEvents">As many events at most; 0 acknowledges only.</param>
/// <param name="ReturnImmediately">Not to wait when there is none.</param>
/// <param name="Acknowledged">Ids (<c>jti</c>) of events it has taken.</param>
/// <param name="Errors">Ids of events it could not make sense of, each with what it says about it; these do not come again either.</param>
internal sealed record PollRequest(int MaxEvents, bool ReturnImmediately, IReadOnlyList<string> Acknowledged, IReadOnlyDictionary<string, string> Errors)
{
    /// <summary>As many events in one answer.</summary>
    public const int MostEvents = 1000;

    private const int DefaultEvents = 100;
    private const int MaxId = 200;

    /// <summary>Reads one.</summary>
    /// <exception cref="SsfInputException">It cannot be read.</exception>
    public static PollRequest Read(JsonElement json)
    {
        var max = DefaultEvents;
        if (json.Find("maxEvents") is { } number && !(number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out max) && max >= 0))
        {
            throw new SsfInputException("maxEvents: write a whole number, 0 or more.");
        }

        var immediately = json.Find("returnImmediately") is { } flag
            && (flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : throw new SsfInputException("returnImmediately: write true or false."));
        return new PollRequest(Math.Min(max, MostEvents), immediately, json.Texts("ack", MostEvents, MaxId) ?? [], ReadErrors(json.Find("setErrs")));
    }

    /// <summary>The sequences of a stream's events that need not come again; of what is no event of this stream nothing is taken.</summary>
    public IEnumerable<long> Done(EventStream stream)
    {
        var prefix = EventTokens.IdOf(stream, 0)[..^1];
        return Acknowledged.Concat(Errors.Keys)
            .Where(id => id.StartsWith(prefix, StringComparison.Ordinal))
            .Select(id => long.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : 0)
            .Where(sequence => sequence > stream.AckedThrough);
    }

    private static Dictionary<string, string> ReadErrors(JsonElement? json)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is not { } written)
        {
            return errors;
        }

        if (written.ValueKind != JsonValueKind.Object || written.GetPropertyCount() > MostEvents)
        {
            throw new SsfInputException($"setErrs: write an object with at most {MostEvents} members, each the jti of an event.");
        }

        foreach (var error in written.EnumerateObject())
        {
            errors[error.Name] = error.Value.ValueKind == JsonValueKind.Object && error.Value.Text("err", MaxId) is { } code
                ? RecordText.Harmless(code)! : throw new SsfInputException("setErrs: each member is an object with err and description.");
        }

        return errors;
    }
}
