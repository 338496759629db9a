using TokenExchange.Server.Exchange;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Keys;

namespace TokenExchange.Server.Keys;

/// <summary>What came of a rotation.</summary>
public abstract record KeyRotationOutcome
{
    private KeyRotationOutcome()
    {
    }

    /// <summary>There is a next key; it signs from <see cref="KeyStatus.ActiveFrom"/> on.</summary>
    public sealed record Rotated(KeyStatus Next) : KeyRotationOutcome;

    /// <summary>A next key is waiting for its time already; nothing was changed.</summary>
    public sealed record Waiting(KeyStatus Next) : KeyRotationOutcome;
}

/// <summary>What a replacement did.</summary>
/// <param name="Active">The key that signs now.</param>
/// <param name="Withdrawn">The <c>kid</c> of each key that was withdrawn.</param>
public sealed record KeyReplacement(KeyStatus Active, IReadOnlyList<string> Withdrawn);

/// <summary>
/// The one door to changing the signing keys. A rotation is noticed by nobody: the next key is published first, and the former stays published as long as its
/// tokens live. A replacement is for a key that somebody else may have: every token that was ever signed dies with the answer.
/// </summary>
public sealed class KeyRotation(SigningKeyStore store, SigningKeys keys, TimeProvider clock)
{
    /// <summary>How long a key that is over stays, for who looks into what happened.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>All keys, newest first. Opens none of them, and so works without the key ring.</summary>
    public async Task<IReadOnlyList<KeyStatus>> ListAsync(CancellationToken cancellationToken) => KeyLife.At(await store.ReadAsync(cancellationToken), clock.GetUtcNow());

    /// <summary>Makes the next key.</summary>
    /// <param name="caller">Who wants it.</param>
    /// <param name="lead">How long it is published before it signs, from <see cref="KeyLife.ShortestLead"/> (which null means) to <see cref="KeyLife.LongestLead"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lead is not in its range.</exception>
    public async Task<KeyRotationOutcome> RotateAsync(Caller caller, TimeSpan? lead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var published = lead ?? KeyLife.ShortestLead;
        ArgumentOutOfRangeException.ThrowIfLessThan(published, KeyLife.ShortestLead, nameof(lead));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(published, KeyLife.LongestLead, nameof(lead));
        while (true)
        {
            var newest = await NewestAsync(cancellationToken);
            if ((await ListAsync(cancellationToken)).FirstOrDefault(k => k.State == KeyState.Next) is { } waiting)
            {
                return new KeyRotationOutcome.Waiting(waiting);
            }

            var now = clock.GetUtcNow();
            var next = keys.Create(newest + 1, now, now + published);
            if (await store.TryAddAsync(next, Record("key_rotated", caller, now, $"new key {next.KeyId}, signs from {next.ActiveFrom:O}"), cancellationToken))
            {
                await keys.ReloadAsync(cancellationToken);
                return new KeyRotationOutcome.Rotated(await StatusAsync(next.KeyId, cancellationToken));
            }

            // Somebody else was faster: what holds now is looked at.
        }
    }

    /// <summary>Withdraws all keys there are and makes one that signs at once.</summary>
    public async Task<KeyReplacement> ReplaceAtOnceAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        while (true)
        {
            var newest = await NewestAsync(cancellationToken);
            var withdrawn = (await ListAsync(cancellationToken)).Where(k => k.State != KeyState.Withdrawn).Select(k => k.KeyId).ToList();
            var now = clock.GetUtcNow();
            var key = keys.Create(newest + 1, now, now);
            var detail = string.Join('\n', [$"new key {key.KeyId}, signs at once", .. withdrawn.Select(w => $"withdrawn {w}")]);
            if (await store.TryReplaceAsync(key, Record("key_withdrawn", caller, now, detail), cancellationToken))
            {
                await keys.ReloadAsync(cancellationToken);
                return new KeyReplacement(await StatusAsync(key.KeyId, cancellationToken), withdrawn);
            }

            // Somebody else was faster, and it is not known with which intent: theirs may be the key that has to go.
        }
    }

    /// <summary>Deletes the keys whose time was over a day before <paramref name="now"/>; how many there were.</summary>
    public async Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - Grace;
        var over = KeyLife.At(await store.ReadAsync(cancellationToken), now).Where(k => k.State is KeyState.Gone or KeyState.Withdrawn && k.PublishedUntil < before);
        return await store.DeleteAsync([.. over.Select(k => k.KeyId)], cancellationToken);
    }

    // Whoever may make keys can open those there are: one made under another key ring would stop every node.
    private async Task<int> NewestAsync(CancellationToken cancellationToken) => (await keys.ReloadAsync(cancellationToken)).Newest;

    private async Task<KeyStatus> StatusAsync(string keyId, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).First(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal));

    private static ExchangeRecord Record(string reason, Caller caller, DateTimeOffset now, string detail) => new()
    {
        At = now, Kind = RecordKind.Configuration, Reason = reason, ClientId = caller.ClientId, Source = caller.Source?.ToString(), Detail = detail,
    };
}
