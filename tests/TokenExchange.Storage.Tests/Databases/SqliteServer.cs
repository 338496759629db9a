using Microsoft.Data.Sqlite;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Shared;

namespace TokenExchange.Storage.Tests.Databases;

/// <summary>SQLite in real files, as in production.</summary>
public sealed class SqliteServer : DatabaseServer
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokenexchange_test_");

    /// <summary>Names of the files of all databases there are.</summary>
    public IEnumerable<string> FileNames => _folder.EnumerateFiles().Select(f => f.Name);

    public override Task<TestDatabase> CreateEmptyAsync() => Task.FromResult(Open(Path.GetRandomFileName() + ".db"));

    /// <summary>A database whose file is already there, without a table and without a log.</summary>
    public TestDatabase CreateBlank()
    {
        var name = Path.GetRandomFileName() + ".db";
        File.WriteAllBytes(Path.Combine(_folder.FullName, name), []);
        return Open(name);
    }

    protected override Task StopAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private TestDatabase Open(string name)
    {
        var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(_folder.FullName, name) }.ToString();
        return new TestDatabase(
            options =>
            {
                options.UseSqliteStorage(connectionString);
                options.AddInterceptors(LengthGuard.Instance);
            },
            () => CloseAsync(connectionString));
    }

    // Pooled connections keep the file open.
    private static async Task CloseAsync(string connectionString)
    {
        await using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }
}

/// <summary>The suites on SQLite, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class OnSqlite : ICollectionFixture<SqliteServer>
{
    public const string Name = "SQLite";
}
