using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Limits;

/// <summary>
/// How often one address and one client may ask. An address is counted whatever it asks; a client only once it has proven who it is, so that nobody can
/// use up another's share. Each node counts by itself.
/// </summary>
public sealed class RequestLimits(IOptions<LimitSettings> settings, TimeProvider clock) : IDisposable
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan QuietFor = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> _addresses = Limiter(settings.Value.RequestsPerSecondPerAddress);
    private readonly PartitionedRateLimiter<string> _clients = Limiter(settings.Value.RequestsPerSecondPerClient);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _recorded = new(StringComparer.Ordinal);

    /// <summary>Counts a request of this address; how long to wait when it is one too many, else null.</summary>
    public TimeSpan? RetryAfterOfAddress(IPAddress? address) => Count(_addresses, Neighbourhood(address));

    /// <summary>Counts a request of this client; how long to wait when it is one too many, else null.</summary>
    public TimeSpan? RetryAfterOfClient(string clientId) => Count(_clients, clientId);

    /// <summary>
    /// Whether a request refused here shall be on record: the first of an address or client within a minute. The others would let whoever floods us write the
    /// audit log at will.
    /// </summary>
    public bool IsWorthARecord(string who)
    {
        var now = clock.GetUtcNow();
        // Of several at the same instant one wins.
        if (_recorded.TryGetValue(who, out var last))
        {
            return now - last >= QuietFor && _recorded.TryUpdate(who, now, last);
        }

        if (_recorded.Count >= MaxRemembered)
        {
            _recorded.Clear();
        }

        return _recorded.TryAdd(who, now);
    }

    /// <summary><c>Retry-After</c>: whole seconds, at least one.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public void Dispose()
    {
        _addresses.Dispose();
        _clients.Dispose();
    }

    /// <summary>Whom an address stands for: whoever has one address of an IPv6 network of 64 bits has them all.</summary>
    internal static string Neighbourhood(IPAddress? address) => address switch
    {
        null => string.Empty,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new IPNetwork(new IPAddress([.. address.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0]), 64).ToString(),
        _ => address.ToString(),
    };

    private static TimeSpan? Count(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
    }

    private static PartitionedRateLimiter<string> Limiter(int perSecond) => PartitionedRateLimiter.Create<string, string>(
        who => perSecond == 0
            ? RateLimitPartition.GetNoLimiter(who)
            : RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 2 * perSecond, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), AutoReplenishment = true, QueueLimit = 0,
            }),
        StringComparer.Ordinal);
}
