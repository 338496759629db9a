using TokenExchange.Core.Policies;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Keys;

/// <summary>
/// The life of a signing key, out of stored instants and now: nodes that read the same keys agree about them without talking. Pure.
/// </summary>
public static class KeyLife
{
    /// <summary>The shortest time that a key is published before it signs. Twice as long as our package and our <c>Cache-Control</c> let keys be kept.</summary>
    public static readonly TimeSpan ShortestLead = TimeSpan.FromMinutes(10);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromDays(30);

    /// <summary>How long a retired key stays published: the longest life of a token, and five minutes for clocks that differ.</summary>
    public static readonly TimeSpan PublishedFor = TokenLifetime.Longest + TimeSpan.FromMinutes(5);

    /// <summary>How each key fares at <paramref name="now"/>, in the order given.</summary>
    /// <param name="keys">All keys, newest first.</param>
    /// <param name="now">When.</param>
    public static IReadOnlyList<KeyStatus> At(IReadOnlyList<StoredSigningKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var living = keys.Where(k => k.WithdrawnAt is null).OrderByDescending(k => k.Generation).ToList();

        // The newest one whose time has come. Right after a replacement a node whose clock is behind knows of none; then the first to come.
        var active = living.Find(k => k.ActiveFrom <= now) ?? living.LastOrDefault();
        return [.. keys.Select(key => Of(key, living, active, now))];
    }

    private static KeyStatus Of(StoredSigningKey key, List<StoredSigningKey> living, StoredSigningKey? active, DateTimeOffset now)
    {
        if (key.WithdrawnAt is { } withdrawn)
        {
            return Status(key, KeyState.Withdrawn, null, withdrawn);
        }

        DateTimeOffset? retiredAt = living.Where(k => k.Generation > key.Generation).Min(k => (DateTimeOffset?)k.ActiveFrom);
        var until = retiredAt + PublishedFor;
        var state = key.Generation == active!.Generation ? KeyState.Active
            : key.Generation > active.Generation ? KeyState.Next
            : now < until ? KeyState.Retired
            : KeyState.Gone;
        return Status(key, state, retiredAt, until);
    }

    private static KeyStatus Status(StoredSigningKey key, KeyState state, DateTimeOffset? retiredAt, DateTimeOffset? publishedUntil) =>
        new(key.KeyId, key.Algorithm, state, key.CreatedAt, key.ActiveFrom, retiredAt, publishedUntil, key.WithdrawnAt);
}
