using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.SqlClient;
using Testcontainers.MsSql;
using TokenExchange.Migrations.SqlServer;

namespace TokenExchange.Storage.Tests.Databases;

/// <summary>
/// SQL Server: the one named by <c>TOKENEXCHANGE_TEST_SQLSERVER</c>, else one started in a container, else none, and every test on it is skipped.
/// A server that was named must answer; it is never skipped.
/// </summary>
public sealed class SqlServerServer : DatabaseServer
{
    private const string ConnectionVariable = "TOKENEXCHANGE_TEST_SQLSERVER";
    private const string BatchVariable = "TOKENEXCHANGE_TEST_SQLSERVER_MAXBATCH";
    private const string Image = "mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04";

    private MsSqlContainer? _container;
    private string? _connectionString;
    private int? _maxBatchSize;
    private string? _whyNot;

    public override string? WhyNot => _whyNot;

    public override async Task<TestDatabase> CreateEmptyAsync()
    {
        var name = "tokenexchange_test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await InMasterAsync($"CREATE DATABASE [{name}]");
        var connectionString = new SqlConnectionStringBuilder(_connectionString) { InitialCatalog = name }.ToString();
        return new TestDatabase(options => options.UseSqlServerStorage(connectionString, _maxBatchSize), () => DropAsync(name, connectionString));
    }

    protected override async Task StartAsync()
    {
        _connectionString = Read(ConnectionVariable);
        _maxBatchSize = Read(BatchVariable) is { } size ? int.Parse(size, CultureInfo.InvariantCulture) : null;
        if (_connectionString is not null)
        {
            // Some servers that speak TDS lack MERGE, which EF uses for larger batches.
            _maxBatchSize ??= 1;
        }
        else if (Read("DOCKER_HOST") is not null || File.Exists("/var/run/docker.sock"))
        {
            await StartContainerAsync();
        }
        else
        {
            _whyNot = $"no SQL Server. Set {ConnectionVariable} to a connection string whose login may create databases, or start a container engine.";
        }
    }

    protected override async Task StopAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    private static string? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private async Task StartContainerAsync()
    {
        try
        {
            _container = new MsSqlBuilder(Image).Build();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            await _container.StartAsync(patience.Token);
            _connectionString = _container.GetConnectionString();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _whyNot = $"SQL Server did not start in the container engine that seems to be here ({e.Message}). Set {ConnectionVariable} to use another one.";
        }
    }

    private async Task DropAsync(string name, string connectionString)
    {
        // Pooled connections keep the database in use.
        await using (var connection = new SqlConnection(connectionString))
        {
            SqlConnection.ClearPool(connection);
        }

        await InMasterAsync($"DROP DATABASE [{name}]");
    }

    private async Task InMasterAsync(string sql)
    {
        await using var connection = new SqlConnection(new SqlConnectionStringBuilder(_connectionString) { InitialCatalog = "master" }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>The suites on SQL Server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class OnSqlServer : ICollectionFixture<SqlServerServer>
{
    public const string Name = "SQL Server";
}
