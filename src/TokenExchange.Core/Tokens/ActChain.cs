using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Core.Tokens;

/// <summary>
/// The chain of actors of a token (RFC 8693 §4.1): the current actor outermost, earlier actors nested inside.
/// Never empty, never deeper than <see cref="MaxDepth"/>, never holding one party twice; it can only grow outwards.
/// </summary>
public sealed class ActChain : IEquatable<ActChain>
{
    /// <summary>The greatest number of actors a chain can hold.</summary>
    public const int MaxDepth = 10;

    private readonly Actor[] _actors;

    private ActChain(Actor[] actors) => _actors = actors;

    /// <summary>The actors, current one first.</summary>
    public IReadOnlyList<Actor> Actors => _actors;

    /// <summary>Who acts now. Authorization looks at this one only; the others inform (RFC 8693 §4.1).</summary>
    public Actor Current => _actors[0];

    /// <summary>How many actors there are; 1 to <see cref="MaxDepth"/>.</summary>
    public int Depth => _actors.Length;

    /// <summary>The chain of a first hop.</summary>
    public static ActChain StartWith(Actor actor) => new([actor]);

    /// <summary>Puts an actor outermost; false when the chain is full or the actor is in it already.</summary>
    public bool TryExtend(Actor actor, [NotNullWhen(true)] out ActChain? chain)
    {
        ArgumentNullException.ThrowIfNull(actor);
        chain = Depth < MaxDepth && !Contains(actor) ? new ActChain([actor, .. _actors]) : null;
        return chain is not null;
    }

    /// <summary>Whether the party is anywhere in the chain.</summary>
    public bool Contains(Actor actor) => _actors.Any(a => a.IsSameParty(actor));

    /// <summary>Writes the <c>act</c> claim.</summary>
    public JsonObject ToJson()
    {
        JsonObject? inner = null;
        foreach (var actor in _actors.Reverse())
        {
            var json = actor.ToJson();
            if (inner is not null)
            {
                json[ClaimNames.Actor] = inner;
            }

            inner = json;
        }

        return inner!;
    }

    /// <summary>Reads the <c>act</c> claim; false when an actor lacks <c>sub</c> or <c>iss</c>, appears twice, or the chain is too deep.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out ActChain? chain)
    {
        chain = null;
        var actors = new List<Actor>();
        for (var level = json; ;)
        {
            if (actors.Count == MaxDepth || !Actor.TryRead(level, out var actor) || actors.Exists(a => a.IsSameParty(actor)))
            {
                return false;
            }

            actors.Add(actor);
            if (!JsonClaims.TryFind(level, ClaimNames.Actor, out var inner))
            {
                return false;
            }

            if (inner is null)
            {
                break;
            }

            level = inner.Value;
        }

        chain = new ActChain([.. actors]);
        return true;
    }

    /// <inheritdoc />
    public bool Equals(ActChain? other) => other is not null && _actors.AsSpan().SequenceEqual(other._actors);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ActChain);

    /// <inheritdoc />
    public override int GetHashCode() => _actors.Aggregate(0, HashCode.Combine);

    /// <summary>The actors' subjects, current one first: <c>second-agent ← first-agent</c>.</summary>
    public override string ToString() => string.Join(" ← ", _actors.Select(a => a.Subject));
}
