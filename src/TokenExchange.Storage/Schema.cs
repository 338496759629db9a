using Microsoft.EntityFrameworkCore;

namespace TokenExchange.Storage;

/// <summary>Which database it is.</summary>
/// <param name="Provider">Its kind: <c>SQLite</c> or <c>SQL Server</c>.</param>
/// <param name="Version">The version it says it is.</param>
public sealed record DatabaseFacts(string Provider, string Version);

/// <summary>The database's schema: whether it is up to date, and bringing it there.</summary>
public sealed class Schema(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Names of the migrations that have not been applied yet, oldest first.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    /// <summary>Asks the database what it is.</summary>
    public async Task<DatabaseFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return new DatabaseFacts(db.Database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite" ? "SQLite" : "SQL Server", db.Database.GetDbConnection().ServerVersion);
        }
        finally
        {
            // Contexts are used again, and this one would take its connection for open: whoever got it next would keep it, and the turn to write, longer than their transaction.
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Applies them.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }
}
