using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Exchange;

namespace TokenExchange.Server.Assertions;

/// <summary>Where a party's keys come from: inline, a key set address, or the discovery document of the named issuer.</summary>
/// <param name="Jwks">Inline key set, as JSON.</param>
/// <param name="JwksUri">Address of a key set.</param>
/// <param name="Issuer">With neither: the issuer whose discovery document names it.</param>
/// <param name="AllowedHosts">Hosts exempt from the public-address rule.</param>
public sealed record KeySource(JsonElement? Jwks, string? JwksUri, string? Issuer, IReadOnlyList<string> AllowedHosts)
{
    /// <summary>Where a trusted issuer's keys come from.</summary>
    public static KeySource Of(IssuerDefinition issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        return new KeySource(issuer.Jwks, issuer.JwksUri, issuer.Issuer, issuer.AllowPrivateHosts);
    }
}

/// <summary>
/// Gets keys and remembers fetched ones: for <see cref="FreshFor"/> without asking again; an unknown <c>kid</c> causes at most one fetch per
/// <see cref="RetryAfter"/> and party; a party that is down is served from memory until <see cref="StaleFor"/> after the last good fetch, then not at all.
/// </summary>
public sealed partial class PublishedKeys(GuardedHttp http, TimeProvider clock, ILogger<PublishedKeys> log)
{
    /// <summary>How long fetched keys are used without asking again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    /// <summary>The shortest time between two fetches for one party.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long fetched keys are used while they cannot be fetched again.</summary>
    public static readonly TimeSpan StaleFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeySet> _inline = new(StringComparer.Ordinal);

    /// <summary>The key set to try a token with this <c>kid</c> against; null when it cannot be had.</summary>
    public async ValueTask<KeySet?> FindAsync(KeySource source, string? keyId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Jwks is { } inline)
        {
            return Inline(inline.GetRawText());
        }

        var entry = _entries.GetOrAdd(EntryOf(source), _ => new Entry());
        if (entry.IsFresh(clock.GetUtcNow()) && Knows(entry.Keys, keyId))
        {
            return entry.Keys;
        }

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (!(entry.IsFresh(now) && Knows(entry.Keys, keyId)) && now - entry.TriedAt >= RetryAfter)
            {
                // Not the request's token: one caller who hangs up must not end a fetch that everybody waits for. It is bounded by itself.
                await RefreshAsync(entry, source, now);
            }

            return entry.Keys is not null && now - entry.FetchedAt < StaleFor ? entry.Keys : null;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    // The allowed hosts are part of the key: what one party may fetch from a private host, another may not have.
    private static string EntryOf(KeySource source) => string.Join('\n', [source.JwksUri, source.JwksUri is null ? source.Issuer : null, .. source.AllowedHosts]);

    private static bool Knows(KeySet? keys, string? keyId) => keys is not null && (keyId is null || keys.For(keyId).Count > 0);

    private KeySet Inline(string json)
    {
        if (_inline.TryGetValue(json, out var keys))
        {
            return keys;
        }

        // Inline sets were validated when they were written. The memory is bounded: edits leave old texts behind.
        if (_inline.Count > 1000)
        {
            _inline.Clear();
        }

        return _inline[json] = KeySet.TryParse(json, out keys, out var problem) ? keys : throw new FormatException($"A stored key set cannot be read: {problem}.");
    }

    private async Task RefreshAsync(Entry entry, KeySource source, DateTimeOffset now)
    {
        entry.TriedAt = now;
        var address = source.JwksUri;
        try
        {
            address ??= await DiscoverAsync(source);
            var json = Encoding.UTF8.GetString(await http.GetAsync(address, source.AllowedHosts, CancellationToken.None));
            if (!KeySet.TryParse(json, out var keys, out var problem))
            {
                throw new HttpRequestException($"The key set at '{address}' cannot be used: {problem}.");
            }

            (entry.Keys, entry.FetchedAt) = (keys, now);
            entry.Attempt = new FetchAttempt(address, now, now, keys, null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException or System.Net.Sockets.SocketException or IOException)
        {
            entry.Attempt = new FetchAttempt(address ?? entry.Attempt?.Address, now, entry.Attempt?.FetchedAt, entry.Keys, RecordText.Printable(e.Message));
            AssertionLog.KeysUnavailable(log, source.Issuer ?? source.JwksUri ?? string.Empty, e.Message);
        }
    }

    private async Task<string> DiscoverAsync(KeySource source)
    {
        var address = source.Issuer!.TrimEnd('/') + "/.well-known/openid-configuration";
        using var document = JsonDocument.Parse(await http.GetAsync(address, source.AllowedHosts, CancellationToken.None), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("issuer", out var issuer) && issuer.ValueKind == JsonValueKind.String && issuer.ValueEquals(source.Issuer)
            && root.TryGetProperty("jwks_uri", out var jwks) && jwks.ValueKind == JsonValueKind.String)
        {
            return jwks.GetString()!;
        }

        var named = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("issuer", out var other) && other.ValueKind == JsonValueKind.String ? other.GetString()! : null;
        throw new HttpRequestException(
            named is null ? $"What stands at '{address}' is no discovery document: it names no issuer."
            : named != source.Issuer ? $"The discovery document at '{address}' names the issuer '{(named.Length > JsonClaims.MaxIdentifierLength ? named[..JsonClaims.MaxIdentifierLength] + "…" : named)}', which is not exactly '{source.Issuer}'."
            : $"The discovery document at '{address}' names no jwks_uri.");
    }

    private sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public KeySet? Keys { get; set; }

        public DateTimeOffset FetchedAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset TriedAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>Replaced as a whole, so that who looks at it need not wait for a fetch.</summary>
        public FetchAttempt? Attempt { get; set; }

        public bool IsFresh(DateTimeOffset now) => Keys is not null && now - FetchedAt < FreshFor;
    }
}

internal static partial class AssertionLog
{
    [LoggerMessage(1, LogLevel.Warning, "The keys of {Party} could not be fetched: {Problem}")]
    public static partial void KeysUnavailable(ILogger logger, string party, string problem);
}
