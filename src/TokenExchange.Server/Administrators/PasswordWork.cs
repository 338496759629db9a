using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TokenExchange.Storage.Administrators;

namespace TokenExchange.Server.Administrators;

/// <summary>
/// Hashes passwords, which takes long on purpose. So only some are hashed at once and a few wait; whoever floods the sign-in with guesses does not take the
/// processors away from everything else.
/// </summary>
public sealed class PasswordWork : IDisposable
{
    /// <summary>When to come again where too many wait.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // PBKDF2 with HMAC-SHA-512, as OWASP's cheat sheet on storing passwords recommends it.
    private const int Iterations = 210_000;

    private readonly PasswordHasher<AdministratorAccount> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly ConcurrencyLimiter _turns = new(new() { PermitLimit = Math.Max(1, Environment.ProcessorCount / 2), QueueLimit = 32 });
    private readonly AdministratorAccount _nobody = new();
    private readonly Lazy<string> _decoy;

    /// <summary>Ready.</summary>
    public PasswordWork() => _decoy = new(() => _hasher.HashPassword(_nobody, RandomCode.New()));

    /// <summary>Whether this is the password of that hash; null when too many wait. Without a hash as much work is done, and the answer is no.</summary>
    public async Task<bool?> VerifyAsync(string? hash, string? password, CancellationToken cancellationToken)
    {
        using var turn = await _turns.AcquireAsync(1, cancellationToken);
        if (!turn.IsAcquired)
        {
            return null;
        }

        // What is longer cannot be one, and would cost more.
        var presented = password is { Length: <= PasswordRules.Longest } ? password : string.Empty;
        return _hasher.VerifyHashedPassword(_nobody, hash ?? _decoy.Value, presented) != PasswordVerificationResult.Failed && hash is not null && presented.Length > 0;
    }

    /// <summary>The hash of a password; null when too many wait.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellationToken)
    {
        using var turn = await _turns.AcquireAsync(1, cancellationToken);
        return turn.IsAcquired ? _hasher.HashPassword(_nobody, password) : null;
    }

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();
}
