using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>Whether the key that a token names is at hand.</summary>
internal enum KeyLookup
{
    Unavailable,
    Unknown,
    Found,
}

/// <summary>
/// The authority's metadata and signing keys, fetched with the stock retrievers and kept. The stock <c>ConfigurationManager</c> is not used
/// because it keeps keys for ever while the authority is down, refuses the first token after a key rotation while it fetches in the
/// background, and makes concurrent requests queue for one attempt each when there is nothing yet.
/// </summary>
internal sealed class AuthorityMetadata : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>How long to wait after one attempt before the next, whatever its outcome: unknown key ids cost the caller nothing to invent.</summary>
    public static readonly TimeSpan AttemptGap = TimeSpan.FromSeconds(5);

    private readonly ActorTokenOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpDocumentRetriever _documents;
    private readonly Lock _gate = new();

    private volatile Snapshot? _current;
    private volatile bool _lastFailed;
    private Task _attempt = Task.CompletedTask;
    private long? _attemptEnded;

    public AuthorityMetadata(IOptions<ActorTokenOptions> options, Backchannel backchannel, TimeProvider time, ILogger<AuthorityMetadata> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _documents = new HttpDocumentRetriever(backchannel.Http) { RequireHttps = _options.RequireHttpsMetadata, SendAdditionalHeaderData = false };
    }

    /// <summary>Finds the key a token names, fetching when it must. Keys past their refresh interval are still used while they are fetched again.</summary>
    public async Task<KeyLookup> FindKeyAsync(string keyId, CancellationToken cancel)
    {
        if (AtHand() is { } known && Holds(known, keyId))
        {
            return KeyLookup.Found;
        }

        await Fetch().WaitAsync(cancel);
        if (Usable() is not { } fetched)
        {
            return KeyLookup.Unavailable;
        }

        if (Holds(fetched.Configuration, keyId))
        {
            return KeyLookup.Found;
        }

        // When the keys could not be fetched just now, the one that is missing may be a new one.
        return _lastFailed ? KeyLookup.Unavailable : KeyLookup.Unknown;
    }

    /// <summary>The metadata, when it is at hand and fresh enough to go by; it is fetched again in the background when it is due.</summary>
    public OpenIdConnectConfiguration? AtHand()
    {
        if (Usable() is not { } known)
        {
            return null;
        }

        if (_time.GetElapsedTime(known.FetchedAt) >= _options.KeyRefreshInterval)
        {
            RequestRefresh();
        }

        return known.Configuration;
    }

    /// <summary>The metadata, fetched when it must be; null when it cannot be had.</summary>
    public async Task<OpenIdConnectConfiguration?> FindAsync(CancellationToken cancel)
    {
        if (Usable() is null)
        {
            await Fetch().WaitAsync(cancel);
        }

        return Usable()?.Configuration;
    }

    /// <summary>What was fetched last. The handler asks after <see cref="FindKeyAsync"/> has found a key, so there is something.</summary>
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
        Task.FromResult(_current?.Configuration ?? throw new InvalidOperationException("No metadata has been fetched."));

    /// <summary>Fetches in the background, unless that was just done.</summary>
    public void RequestRefresh() => _ = Fetch();

    private Snapshot? Usable() => _current is { } snapshot && _time.GetElapsedTime(snapshot.FetchedAt) < _options.MaxKeyAge ? snapshot : null;

    // One attempt at a time, shared by all who wait for it.
    private Task Fetch()
    {
        lock (_gate)
        {
            if (_attempt.IsCompleted && (_attemptEnded is not { } ended || _time.GetElapsedTime(ended) >= AttemptGap))
            {
                _attempt = Task.Run(FetchAsync);
            }

            return _attempt;
        }
    }

    private async Task FetchAsync()
    {
        var started = _time.GetTimestamp();
        var address = _options.Authority!.TrimEnd('/') + "/.well-known/openid-configuration";
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, _documents, CancellationToken.None);
            var problem = MetadataRules.FindProblem(configuration, _options);
            if (problem is null)
            {
                _current = new Snapshot(configuration, started);
                _logger.MetadataFetched(address, configuration.SigningKeys.Count);
            }
            else
            {
                _logger.MetadataUnusable(address, problem);
            }

            _lastFailed = problem is not null;
        }
#pragma warning disable CA1031 // Whatever goes wrong on the way, the answer is the same: no new keys, and the request that waits is answered with 503.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _lastFailed = true;
            _logger.MetadataUnreachable(e, address);
        }

        lock (_gate)
        {
            _attemptEnded = _time.GetTimestamp();
        }
    }

    private static bool Holds(OpenIdConnectConfiguration configuration, string keyId) =>
        configuration.SigningKeys.Any(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal));

    private sealed record Snapshot(OpenIdConnectConfiguration Configuration, long FetchedAt);
}
