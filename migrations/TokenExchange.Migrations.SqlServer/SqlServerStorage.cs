using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage;

namespace TokenExchange.Migrations.SqlServer;

/// <summary>SQL Server: production, any number of nodes.</summary>
public static class SqlServerStorage
{
    /// <summary>Registers storage in SQL Server.</summary>
    /// <param name="services">Where.</param>
    /// <param name="connection">Connection string and statements per batch, asked when the first connection is made.</param>
    public static IServiceCollection AddSqlServerStorage(this IServiceCollection services, Func<IServiceProvider, (string ConnectionString, int? MaxBatchSize)> connection) =>
        services.AddExchangeStorage((provider, options) =>
        {
            var (connectionString, maxBatchSize) = connection(provider);
            options.UseSqlServerStorage(connectionString, maxBatchSize);
        });

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
