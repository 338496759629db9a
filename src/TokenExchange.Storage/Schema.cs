using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage;

/// <summary>The database's schema: whether it is up to date, and bringing it there.</summary>
public sealed class Schema(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Names of the migrations that have not been applied yet, oldest first.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    /// <summary>Applies them.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }
}
