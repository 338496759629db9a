using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Migrations.Sqlite;
using TokenExchange.Storage;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Benchmarks;

/// <summary>
/// A SQLite database as after years: a million delegations that are over, as many tokens that expired within the last day, 200,000 old revocations, and beside
/// them 10,000 delegations with three live tokens each, one of which was handed on.
/// </summary>
internal sealed class LiveDatabase : IAsyncDisposable
{
    public const int Live = 10_000;
    public const string CommonAgent = "agent-0";
    public const string CommonPurpose = "purpose.0";
    public const string CommonResource = "https://resource0.example";
    public const string CommonIssuer = "https://idp0.example";

    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder;
    private readonly string _file;
    private readonly ServiceProvider _services;
    private readonly Random _random = new(1);

    private LiveDatabase(DirectoryInfo folder)
    {
        _folder = folder;
        _file = Path.Combine(folder.FullName, "live.db");
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = _file }.ToString();
        _services = new ServiceCollection().AddSqliteStorage(_ => ConnectionString).BuildServiceProvider();
    }

    public string ConnectionString { get; }

    /// <summary>A user, session and delegation that is alive.</summary>
    public (string Subject, string Session, string Delegation) Someone { get; private set; }

    /// <summary>A token that was handed on.</summary>
    public string Token { get; private set; } = string.Empty;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<LiveDatabase> FillAsync(int old)
    {
        var database = new LiveDatabase(Directory.CreateTempSubdirectory("tokenexchange_live_"));
        await database.Get<Schema>().MigrateAsync(CancellationToken.None);
        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync();
        Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
        database.Fill(connection, old);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
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

    private void Fill(SqliteConnection connection, int old)
    {
        using var delegation = Insert(connection, "Delegations", "Id", "Key", "Session", "Subject", "SubjectIssuer", "Agent", "Purpose", "StartedAt", "EndedAt", "PastResources");
        using var token = Insert(
            connection, "ActorTokens", "Id", "DelegationId", "Subject", "SubjectIssuer", "Purpose", "Ancestors", "ClientId", "Agents", "Resources", "Scopes", "LentAt", "Policy", "MaxChainDepth",
            "DelegationEndsAt", "SubjectClaims", "IssuedAt", "ExpiresAt");
        using var revocation = Insert(connection, "Revocations", "Root", "Kind", "Id", "RevokedAt", "RevokedBy");
        var day = TimeSpan.FromDays(1) - TimeSpan.FromMinutes(10);
        Execute(connection, "BEGIN");
        for (var i = 0; i < old; i++)
        {
            var issued = Now - TimeSpan.FromDays(1) + (day * i / old);
            var of = AddDelegation(delegation, i % 2 == 0 ? issued : issued.AddDays(-_random.Next(1, 1000)), issued.AddMinutes(5).UtcTicks);
            AddToken(token, of, [], [of.Agent], [Any("https://resource{0}.example", 20)], issued, 5);
            if (i % 5 == 0)
            {
                Run(revocation, "session:" + Id() + Id(), (int)RootKind.Session, Id() + Id(), issued.AddDays(-2).UtcTicks, "admin:somebody");
            }
        }

        for (var i = 0; i < Live; i++)
        {
            var of = AddDelegation(delegation, Now.AddMinutes(-_random.Next(480)), null);
            var (issued, resource) = (Now.AddSeconds(-_random.Next(1, 290)).AddTicks(_random.Next(10_000_000)), Any("https://resource{0}.example", 20));
            var first = AddToken(token, of, [], [of.Agent], [resource], issued, 5);
            AddToken(token, of, [first], [Any("agent-{0}", 50), of.Agent], [Any("https://resource{0}.example", 20), resource], issued.AddMilliseconds(200), 4.9);
            AddToken(token, of, [], [of.Agent], [Any("https://resource{0}.example", 20)], issued.AddSeconds(1), 5);
            Token = first;
            Someone = (of.Subject, of.Session, of.Id);
        }

        Execute(connection, "COMMIT");
    }

    private Of AddDelegation(SqliteCommand command, DateTimeOffset startedAt, long? endedAt)
    {
        var of = new Of(Id(), Id() + Id(), Any("https://idp.example|user{0}", 20_000), Any("https://idp{0}.example", 3), Any("agent-{0}", 50), Any("purpose.{0}", 20), startedAt);
        Run(command, of.Id, Id() + Id(), of.Session, of.Subject, of.Issuer, of.Agent, of.Purpose, startedAt.UtcTicks, endedAt, endedAt is null ? "" : "https://resource1.example https://resource2.example");
        return of;
    }

    private string AddToken(SqliteCommand command, Of of, string[] ancestors, string[] agents, string[] resources, DateTimeOffset issued, double minutes)
    {
        var id = Id();
        Run(
            command, id, of.Id, of.Subject, of.Issuer, of.Purpose, string.Join(' ', ancestors), agents[0], string.Join(' ', agents), string.Join(' ', resources), "mail.label mail.read",
            of.StartedAt.UtcTicks, "policy-of-" + of.Purpose, 3, of.StartedAt.AddHours(8).UtcTicks, """{"department":["sales"],"groups":["staff","support"]}""", issued.UtcTicks, issued.AddMinutes(minutes).UtcTicks);
        return id;
    }

    private string Id() => Convert.ToBase64String(BitConverter.GetBytes(_random.NextInt64()).Concat(BitConverter.GetBytes(_random.NextInt64())).ToArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    // Every other one is the first, as is usual.
    private string Any(string format, int count) => string.Format(CultureInfo.InvariantCulture, format, count < 100 && _random.Next(2) == 0 ? 0 : _random.Next(count));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Insert(SqliteConnection connection, string table, params string[] columns)
    {
        var command = new SqliteCommand($"INSERT INTO \"{table}\" ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})", connection);
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter($"$p{i}", null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private sealed record Of(string Id, string Session, string Subject, string Issuer, string Agent, string Purpose, DateTimeOffset StartedAt);
}
