using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using TokenExchange.Storage;

namespace TokenExchange.Migrations.SqlServer;

/// <summary>SQL Server: production, any number of nodes.</summary>
public static class SqlServerStorage
{
    /// <summary>Chooses SQL Server with these migrations.</summary>
    /// <param name="builder">Options being built.</param>
    /// <param name="connectionString">ADO.NET connection string; the database must exist.</param>
    /// <param name="maxBatchSize">Statements per batch; null leaves EF's own. 1 avoids MERGE, which some TDS servers lack.</param>
    public static void UseSqlServerStorage(this DbContextOptionsBuilder builder, string connectionString, int? maxBatchSize = null) =>
        builder.UseSqlServer(connectionString, o =>
        {
            o.MigrationsAssembly(typeof(SqlServerStorage).Assembly);
            if (maxBatchSize is { } size)
            {
                o.MaxBatchSize(size);
            }
        });
}

/// <summary>Lets <c>dotnet ef</c> write migrations.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<ExchangeDbContext>
{
    public ExchangeDbContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<ExchangeDbContext>();
        builder.UseSqlServerStorage("Server=design-time;Database=design-time");
        return new ExchangeDbContext(builder.Options);
    }
}
