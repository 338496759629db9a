using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage;

namespace TokenExchange.Migrations.Sqlite;

/// <summary>SQLite as the embedded database: one process, no server. The only place that speaks SQLite's own SQL.</summary>
public static class SqliteStorage
{
    /// <summary>Registers storage in SQLite.</summary>
    /// <param name="services">Where.</param>
    /// <param name="connectionString">Asked when the first connection is made.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Func<IServiceProvider, string> connectionString) =>
        services.AddExchangeStorage((provider, options) => options.UseSqliteStorage(connectionString(provider)));

    /// <summary>Chooses SQLite with these migrations, durable writes, and one line of writers for all contexts made from these options.</summary>
    public static void UseSqliteStorage(this DbContextOptionsBuilder builder, string connectionString) =>
        builder
            .UseSqlite(connectionString, o => o.MigrationsAssembly(typeof(SqliteStorage).Assembly))
            .AddInterceptors(DurableWrites.Instance, new WriterQueue(new SemaphoreSlim(1, 1)));

    /// <summary>A write-ahead log, so that readers never wait for the writer; a full sync on commit, because no record may be lost with the power.</summary>
    private sealed class DurableWrites : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

        public static DurableWrites Instance { get; } = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (IsReadOnly(connection))
            {
                return;
            }

            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsReadOnly(connection))
            {
                return;
            }

            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // EF asks whether a database exists by opening it so. A file that has no log yet (just created, or a backup put back) could not be given one then.
        private static bool IsReadOnly(DbConnection connection) => connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Lets <c>dotnet ef</c> write migrations.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<ExchangeDbContext>
{
    public ExchangeDbContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<ExchangeDbContext>();
        builder.UseSqliteStorage("Data Source=design-time.db");
        return new ExchangeDbContext(builder.Options);
    }
}
