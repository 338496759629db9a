using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Keys;

/// <summary>A signing key as it is stored: useless without the key ring that protects it.</summary>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Generation">Order of creation, from 1.</param>
/// <param name="Algorithm">JWS algorithm.</param>
/// <param name="ProtectedPrivateKey">Protected PKCS#8.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record StoredSigningKey(string KeyId, int Generation, string Algorithm, byte[] ProtectedPrivateKey, DateTimeOffset CreatedAt);

/// <summary>Keeps the server's signing keys.</summary>
public sealed class SigningKeyStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>All keys, newest first.</summary>
    public async Task<IReadOnlyList<StoredSigningKey>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SigningKeys.AsNoTracking()
            .OrderByDescending(k => k.Generation)
            .Select(k => new StoredSigningKey(k.KeyId, k.Generation, k.Algorithm, k.ProtectedPrivateKey, k.CreatedAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Adds a key; false when another node has added that generation first.</summary>
    public async Task<bool> TryAddAsync(StoredSigningKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.SigningKeys.Add(new SigningKeyRow
        {
            KeyId = key.KeyId, Generation = key.Generation, Algorithm = key.Algorithm, ProtectedPrivateKey = key.ProtectedPrivateKey, CreatedAt = key.CreatedAt,
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            if (await db.SigningKeys.AnyAsync(k => k.Generation == key.Generation, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }
}
