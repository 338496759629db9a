using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Storage;

namespace TokenExchange.Benchmarks;

/// <summary>A SQLite database as after years, with <see cref="LiveRows"/>.</summary>
internal sealed class LiveDatabase : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder;
    private readonly string _file;
    private readonly ServiceProvider _services;
    private LiveRows? _rows;

    private LiveDatabase(DirectoryInfo folder)
    {
        _folder = folder;
        _file = Path.Combine(folder.FullName, "live.db");
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = _file }.ToString();
        _services = new ServiceCollection().AddSqliteStorage(_ => ConnectionString).BuildServiceProvider();
    }

    public string ConnectionString { get; }

    /// <summary>A user, session and delegation that is alive.</summary>
    public (string Subject, string Session, string Delegation) Someone => _rows!.Someone;

    /// <summary>A token that was handed on.</summary>
    public string Token => _rows!.Token;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<LiveDatabase> FillAsync(int old)
    {
        var database = new LiveDatabase(Directory.CreateTempSubdirectory("tokenexchange_live_"));
        await database.Get<Schema>().MigrateAsync(CancellationToken.None);
        database._rows = LiveRows.Fill(database.ConnectionString, old, Now, TimeSpan.FromMinutes(5));
        return database;
    }

    /// <summary>The same once more, with something done to it.</summary>
    public LiveDatabase Copy(string sql)
    {
        var copy = new LiveDatabase(Directory.CreateTempSubdirectory("tokenexchange_live_"));
        using (var connection = new SqliteConnection(ConnectionString))
        {
            connection.Open();
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            File.Copy(_file, copy._file);
        }

        using (var connection = new SqliteConnection(copy.ConnectionString))
        {
            connection.Open();
            Execute(connection, sql);
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await using (var connection = new SqliteConnection(ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _folder.Delete(recursive: true);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }
}
