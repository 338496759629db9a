using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Server.Exchange;
using TokenExchange.Server.Limits;
using TokenExchange.Storage.Administrators;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// Hashes passwords, which takes long on purpose. So only some are hashed at once and a few wait; whoever floods the sign-in with guesses does not take the
/// processors away from everything else. Of those turns an address has a share, so that the flood does not take the sign-in away from others either.
/// </summary>
public sealed class PasswordWork(RequestLimits limits, ExchangeLedger ledger, TimeProvider clock) : IDisposable
{
    /// <summary>When to come again where too many wait.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // PBKDF2 with HMAC-SHA-512, as OWASP's cheat sheet on storing passwords recommends it.
    private const int Iterations = 210_000;

    // Of one address, or one IPv6 network of 64 bits. An office behind one address signs in by ones and twos.
    private const int RunningPerAddress = 2;
    private const int WaitingPerAddress = 4;

    private static readonly PasswordHasher<AdministratorAccount> s_hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private static readonly AdministratorAccount s_nobody = new();

    private readonly PartitionedRateLimiter<string> _shares = PartitionedRateLimiter.Create<string, string>(
        who => RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = RunningPerAddress, QueueLimit = WaitingPerAddress }), StringComparer.Ordinal);

    private readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = Math.Max(1, Environment.ProcessorCount / 2), QueueLimit = 32 });
    private readonly Lazy<string> _decoy = new(() => s_hasher.HashPassword(s_nobody, RandomCode.New()));

    /// <summary>Whether this is the password of that hash; null when too many wait. Without a hash as much work is done, and the answer is no.</summary>
    public Task<bool?> VerifyAsync(string? hash, string? password, IPAddress? source, CancellationToken cancellationToken)
    {
        // What is longer cannot be one, and would cost more.
        var presented = password is { Length: <= PasswordRules.Longest } ? password : string.Empty;
        return InTurnAsync<bool?>(
            source, () => s_hasher.VerifyHashedPassword(s_nobody, hash ?? _decoy.Value, presented) != PasswordVerificationResult.Failed && hash is not null && presented.Length > 0, cancellationToken);
    }

    /// <summary>The hash of a password; null when too many wait.</summary>
    public Task<string?> HashAsync(string password, IPAddress? source, CancellationToken cancellationToken) => InTurnAsync(source, () => s_hasher.HashPassword(s_nobody, password), cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _shares.Dispose();
        _turns.Dispose();
    }

    // The share first: who waits for their own does not stand in the way of others.
    private async Task<T?> InTurnAsync<T>(IPAddress? source, Func<T> work, CancellationToken cancellationToken)
    {
        var who = RequestLimits.Neighbourhood(source);
        using var share = await _shares.AcquireAsync(who, 1, cancellationToken);
        if (!share.IsAcquired)
        {
            await RecordAsync(who, source, "too many passwords at once from this address");
            return default;
        }

        using var turn = await _turns.AcquireAsync(1, cancellationToken);
        if (!turn.IsAcquired)
        {
            await RecordAsync(who, source, "too many passwords at once");
            return default;
        }

        return work();
    }

    private async Task RecordAsync(string who, IPAddress? source, string detail)
    {
        if (limits.IsWorthARecord($"password {who}"))
        {
            await ledger.RecordAsync(AdministratorRecords.SignIn(clock.GetUtcNow(), AdministratorReasons.Busy, null, source, detail), CancellationToken.None);
        }
    }
}
