using System.Collections.Concurrent;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Enforcement;

/// <summary>What has been revoked: as the server tells it, for as long as a token can live that is meant.</summary>
internal sealed class RevocationMemory(TimeProvider time)
{
    // Twice as long as any token lives, because clocks differ.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    // What ends for good is remembered as ended at the end of time.
    private readonly ConcurrentDictionary<(string Kind, string Id), Entry> _ended = new();
    private long _pruned = time.GetTimestamp();

    /// <summary>The kinds of things that can end; one that is not among these is not understood.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["token", "delegation", "session", "agent", "subject", "issuer", "resource", "purpose"];

    /// <summary>Something has ended, with everything below it.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="id">Which one.</param>
    /// <param name="revokedAt">When; for a party what was issued until then ends, anything else ends for good.</param>
    /// <param name="tokens">Tokens below it whose descent does not show.</param>
    public void Add(string kind, string id, DateTimeOffset revokedAt, IEnumerable<string> tokens)
    {
        Prune();
        Add((kind, id), kind is "token" or "delegation" or "session" ? DateTimeOffset.MaxValue : revokedAt);
        foreach (var token in tokens)
        {
            Add(("token", token), DateTimeOffset.MaxValue);
        }
    }

    /// <summary>Whether a token is dead.</summary>
    /// <param name="token">The token.</param>
    /// <param name="skew">How far the clocks of two servers may differ: the one that issued it and the one that revoked a party.</param>
    public bool IsDead(ActorToken token, TimeSpan skew)
    {
        if (_ended.IsEmpty)
        {
            return false;
        }

        var issuedAt = token.IssuedAt - skew;
        return Has("token", token.Id, issuedAt) || Has("delegation", token.Delegation, issuedAt) || Has("session", token.Session, issuedAt)
            || Has("subject", token.Subject, issuedAt) || Has("purpose", token.Purpose, issuedAt) || Has("resource", token.Audience.Key, issuedAt)
            || (token.SubjectIssuer is { } issuer && Has("issuer", issuer, issuedAt))
            || token.Chain.Actors.Any(a => Has("agent", a.Agent, issuedAt));
    }

    private bool Has(string kind, string id, DateTimeOffset issuedAt) => _ended.TryGetValue((kind, id), out var entry) && issuedAt <= entry.EndsWhatWasIssuedUntil;

    private void Add((string Kind, string Id) root, DateTimeOffset until) =>
        _ended.AddOrUpdate(root, _ => new Entry(until, time.GetTimestamp()), (_, held) => new Entry(held.EndsWhatWasIssuedUntil > until ? held.EndsWhatWasIssuedUntil : until, time.GetTimestamp()));

    private void Prune()
    {
        if (time.GetElapsedTime(_pruned) < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _pruned = time.GetTimestamp();
        foreach (var (root, entry) in _ended)
        {
            if (time.GetElapsedTime(entry.HeardAt) > Kept)
            {
                _ended.TryRemove(KeyValuePair.Create(root, entry));
            }
        }
    }

    private sealed record Entry(DateTimeOffset EndsWhatWasIssuedUntil, long HeardAt);
}
