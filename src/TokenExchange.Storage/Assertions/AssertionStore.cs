using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Assertions;

/// <summary>A single-use assertion, or another JWT that counts once, about to be used.</summary>
/// <param name="Key">Fingerprint (base64url SHA-256) of its issuer and <c>jti</c>.</param>
/// <param name="ExpiresAt">When it would be refused for its age alone.</param>
public sealed record SingleUse(string Key, DateTimeOffset ExpiresAt);

/// <summary>Remembers which single-use assertions, and other JWTs that count once, have been used, so that each is used once on whichever node.</summary>
public sealed class AssertionStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Uses up a single-use assertion on its own; false when it was used before.</summary>
    public async Task<bool> TryUseAsync(SingleUse use, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(use);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.UsedAssertions.Add(Write(use));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await WasUsedAsync(check, use, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Whether it was used before.</summary>
    public async Task<bool> WasUsedAsync(SingleUse use, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WasUsedAsync(db, use, cancellationToken);
    }

    // The primary key is the referee; which error number it answers with differs between servers, so after a failure the question is asked plainly.
    internal static Task<bool> WasUsedAsync(ExchangeDbContext db, SingleUse use, CancellationToken cancellationToken) =>
        db.UsedAssertions.AnyAsync(a => a.Key == use.Key, cancellationToken);

    internal static UsedAssertionRow Write(SingleUse use) => new() { Key = use.Key, ExpiresAt = use.ExpiresAt };
}
