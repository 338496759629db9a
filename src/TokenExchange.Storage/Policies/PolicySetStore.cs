using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage.Policies;

/// <summary>Reads the published versions of the policy set.</summary>
public sealed class PolicySetStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>At most so many versions, newest first; those before <paramref name="before"/> where it is given.</summary>
    public async Task<IReadOnlyList<PublishedHeader>> ListAsync(long? before, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.PolicySets.AsNoTracking()
            .Where(p => before == null || p.Version < before)
            .OrderByDescending(p => p.Version)
            .Take(limit)
            .Select(p => new PublishedHeader(p.Version, p.ContentHash, p.PublishedAt, p.PublishedBy, p.Note))
            .ToListAsync(cancellationToken);
    }

    /// <summary>One version, or null.</summary>
    public async Task<PublishedPolicies?> FindAsync(long version, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.PolicySets.AsNoTracking().SingleOrDefaultAsync(p => p.Version == version, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var (purposes, policies) = PolicyContent.Read(row.Content);
        return new PublishedPolicies(new PublishedHeader(row.Version, row.ContentHash, row.PublishedAt, row.PublishedBy, row.Note), purposes, policies);
    }
}
