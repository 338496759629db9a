using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Storage.Revocations;

/// <summary>Ends things and says what has ended. Every answer comes from the database, so it is the same on every node at once.</summary>
public sealed class RevocationStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Whether any of these has been revoked.</summary>
    public async Task<bool> AnyAsync(IReadOnlyCollection<Root> roots, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await AnyAsync(db, roots, cancellationToken);
    }

    /// <summary>Revokes and records it in one transaction; revoking again changes nothing but is recorded.</summary>
    public async Task RevokeAsync(Root root, string revokedBy, ExchangeRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);

        // Two at once may both find nothing; the second then meets the first one's row and has nothing left to add but its record.
        if (!await TryRevokeAsync(root, revokedBy, record, cancellationToken) && !await TryRevokeAsync(root, revokedBy, record, cancellationToken))
        {
            throw new InvalidOperationException("A revocation could neither be stored nor found.");
        }
    }

    internal static async Task<bool> AnyAsync(ExchangeDbContext db, IReadOnlyCollection<Root> roots, CancellationToken cancellationToken)
    {
        var values = roots.Select(r => r.Value).ToArray();
        return await db.Revocations.AnyAsync(r => values.Contains(r.Root), cancellationToken);
    }

    private async Task<bool> TryRevokeAsync(Root root, string revokedBy, ExchangeRecord record, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await AnyAsync(db, [root], cancellationToken);
        if (!known)
        {
            db.Revocations.Add(new RevocationRow { Root = root.Value, RevokedAt = record.At, RevokedBy = revokedBy });
        }

        db.ExchangeRecords.Add(ExchangeRecordRow.From(record));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException) when (!known)
        {
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await AnyAsync(check, [root], cancellationToken))
            {
                return false;
            }

            throw;
        }
    }
}
