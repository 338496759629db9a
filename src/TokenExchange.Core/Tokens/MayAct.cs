using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// Who may become the next actor (RFC 8693 §4.4). One party is written as an object, as in the RFC; several as an array of such objects.
/// </summary>
public sealed class MayAct : IEquatable<MayAct>
{
    /// <summary>The greatest number of parties one token can name.</summary>
    public const int MaxParties = 32;

    private readonly Party[] _parties;

    private MayAct(Party[] parties) => _parties = parties;

    /// <summary>One party: <c>sub</c>, and <c>iss</c> where the token narrows it to one issuer.</summary>
    /// <param name="Subject">Exact <c>sub</c> of the party.</param>
    /// <param name="Issuer">Exact <c>iss</c>, or null when the token does not say.</param>
    public sealed record Party(string Subject, string? Issuer);

    /// <summary>The parties named, in the order written.</summary>
    public IReadOnlyList<Party> Parties => _parties;

    /// <summary>Names the parties; at least one, at most <see cref="MaxParties"/>.</summary>
    /// <exception cref="ArgumentException">None or too many.</exception>
    public static MayAct For(params IEnumerable<Party> parties)
    {
        Party[] list = [.. parties.Distinct()];
        return list.Length is > 0 and <= MaxParties ? new MayAct(list) : throw new ArgumentException($"1 to {MaxParties} parties are expected.", nameof(parties));
    }

    /// <summary>Whether the actor is named: <c>sub</c> matches exactly and, where the token gives one, <c>iss</c> too.</summary>
    public bool Names(Actor actor) => _parties.Any(p =>
        string.Equals(p.Subject, actor.Subject, StringComparison.Ordinal)
        && (p.Issuer is null || string.Equals(p.Issuer, actor.Issuer, StringComparison.Ordinal)));

    /// <summary>Writes the <c>may_act</c> claim.</summary>
    public JsonNode ToJson()
    {
        static JsonObject Write(Party p)
        {
            var json = new JsonObject { [ClaimNames.Subject] = p.Subject };
            if (p.Issuer is not null)
            {
                json[ClaimNames.Issuer] = p.Issuer;
            }

            return json;
        }

        return _parties.Length == 1 ? Write(_parties[0]) : new JsonArray([.. _parties.Select(Write)]);
    }

    /// <summary>Reads the <c>may_act</c> claim; false when it is not an object or array of objects with a <c>sub</c>.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out MayAct? mayAct)
    {
        mayAct = null;
        var entries = json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().ToArray() : [json];
        if (entries.Length is 0 or > MaxParties)
        {
            return false;
        }

        var parties = new List<Party>();
        foreach (var entry in entries)
        {
            if (entry.ValueKind != JsonValueKind.Object
                || !JsonClaims.TryGetString(entry, ClaimNames.Subject, out var sub)
                || !JsonClaims.TryGetOptionalString(entry, ClaimNames.Issuer, out var iss))
            {
                return false;
            }

            parties.Add(new Party(sub, iss));
        }

        mayAct = For(parties);
        return true;
    }

    /// <inheritdoc />
    public bool Equals(MayAct? other) => other is not null && _parties.AsSpan().SequenceEqual(other._parties);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as MayAct);

    /// <inheritdoc />
    public override int GetHashCode() => _parties.Aggregate(0, HashCode.Combine);
}
