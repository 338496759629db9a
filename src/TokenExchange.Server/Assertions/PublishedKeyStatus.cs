namespace TokenExchange.Server.Assertions;

/// <summary>Where keys come from.</summary>
public enum KeyOrigin
{
    /// <summary>They are part of the configuration.</summary>
    Inline = 1,

    /// <summary>An address of a key set is configured.</summary>
    JwksUri,

    /// <summary>The issuer's discovery document names the address.</summary>
    Discovery,
}

/// <summary>Whether keys are at hand.</summary>
public enum PublishedKeyState
{
    /// <summary>Nothing has asked for them since this node started.</summary>
    NotFetched = 1,

    /// <summary>They are current.</summary>
    Fresh,

    /// <summary>They are older than <see cref="PublishedKeys.FreshFor"/> and are asked for again at the next token; until then, or until <see cref="PublishedKeys.StaleFor"/>, these serve.</summary>
    Old,

    /// <summary>There are none, or none that may still be used: every token that needs them is refused.</summary>
    Unavailable,
}

/// <summary>One public key.</summary>
/// <param name="KeyId"><c>kid</c>; null when it has none.</param>
/// <param name="Type">E.g. <c>EC P-256</c>, <c>RSA 2048</c>.</param>
/// <param name="Algorithm"><c>alg</c>; null when it does not say.</param>
public sealed record KeyInfo(string? KeyId, string Type, string? Algorithm);

/// <summary>What one node knows of a party's keys. For administrators only: the problem names addresses.</summary>
/// <param name="Origin">Where they come from.</param>
/// <param name="Address">The address of the key set; null when inline, or not discovered yet.</param>
/// <param name="State">Whether they are at hand.</param>
/// <param name="FetchedAt">When they were last had; null when never, or inline.</param>
/// <param name="TriedAt">When they were last asked for; null when never, or inline.</param>
/// <param name="Problem">What went wrong the last time; null when nothing did.</param>
/// <param name="Keys">The keys, also those that may no longer be used.</param>
public sealed record PublishedKeyStatus(KeyOrigin Origin, string? Address, PublishedKeyState State, DateTimeOffset? FetchedAt, DateTimeOffset? TriedAt, string? Problem, IReadOnlyList<KeyInfo> Keys);

/// <content>What administrators see of it. Fetched keys are this node's own: another may have others, or none.</content>
public sealed partial class PublishedKeys
{
    /// <summary>What is known of a party's keys, without asking anybody.</summary>
    public PublishedKeyStatus StatusOf(KeySource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Jwks is { } inline)
        {
            return new PublishedKeyStatus(KeyOrigin.Inline, null, PublishedKeyState.Fresh, null, null, null, Inline(inline.GetRawText()).Describe());
        }

        var origin = source.JwksUri is null ? KeyOrigin.Discovery : KeyOrigin.JwksUri;
        if (!_entries.TryGetValue(EntryOf(source), out var entry) || entry.Attempt is not { } last)
        {
            return new PublishedKeyStatus(origin, source.JwksUri, PublishedKeyState.NotFetched, null, null, null, []);
        }

        var age = clock.GetUtcNow() - last.FetchedAt;
        var state = last.Keys is null || age >= StaleFor ? PublishedKeyState.Unavailable : age < FreshFor ? PublishedKeyState.Fresh : PublishedKeyState.Old;
        return new PublishedKeyStatus(origin, last.Address, state, last.FetchedAt, last.TriedAt, last.Problem, last.Keys?.Describe() ?? []);
    }

    /// <summary>Asks for a party's keys now, unless that was done less than <see cref="RetryAfter"/> ago, or they are inline; false then.</summary>
    public async Task<bool> FetchNowAsync(KeySource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Jwks is not null)
        {
            return false;
        }

        var entry = _entries.GetOrAdd(EntryOf(source), _ => new Entry());
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (now - entry.TriedAt < RetryAfter)
            {
                return false;
            }

            await RefreshAsync(entry, source, now);
            return true;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private sealed record FetchAttempt(string? Address, DateTimeOffset TriedAt, DateTimeOffset? FetchedAt, KeySet? Keys, string? Problem);
}
