using System.Globalization;
using Microsoft.Data.Sqlite;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Benchmarks;

/// <summary>
/// What years leave in a database: a million delegations that are over, as many tokens that expired within the last day, 200,000 old revocations, and beside
/// them 10,000 delegations with three live tokens each, one of which was handed on.
/// </summary>
internal sealed class LiveRows
{
    public const int Live = 10_000;
    public const string CommonAgent = "agent-0";
    public const string CommonPurpose = "purpose.0";
    public const string CommonResource = "https://resource0.example";
    public const string CommonIssuer = "https://idp0.example";

    private static readonly TimeSpan s_past = TimeSpan.FromMinutes(5);

    private readonly Random _random = new(1);
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _lifetime;

    private LiveRows(DateTimeOffset now, TimeSpan lifetime) => (_now, _lifetime) = (now, lifetime);

    /// <summary>A user, session and delegation that is alive.</summary>
    public (string Subject, string Session, string Delegation) Someone { get; private set; }

    /// <summary>A token that was handed on.</summary>
    public string Token { get; private set; } = string.Empty;

    /// <summary>Writes them.</summary>
    /// <param name="connectionString">A migrated SQLite database.</param>
    /// <param name="old">How many delegations that are over.</param>
    /// <param name="now">For which the others are alive.</param>
    /// <param name="lifetime">Of their tokens.</param>
    public static LiveRows Fill(string connectionString, int old, DateTimeOffset now, TimeSpan lifetime)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        var rows = new LiveRows(now, lifetime);
        rows.Fill(connection, old);
        return rows;
    }

    private void Fill(SqliteConnection connection, int old)
    {
        // Quick, not durable: whoever loses this database fills another one.
        Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
        using var delegation = Insert(connection, "Delegations", "Id", "Key", "Session", "Subject", "SubjectIssuer", "Agent", "Purpose", "StartedAt", "EndedAt", "PastResources");
        using var token = Insert(
            connection, "ActorTokens", "Id", "DelegationId", "Subject", "SubjectIssuer", "Purpose", "Ancestors", "ClientId", "Agents", "Resources", "Scopes", "LentAt", "Policy", "MaxChainDepth",
            "DelegationEndsAt", "SubjectClaims", "IssuedAt", "ExpiresAt");
        using var revocation = Insert(connection, "Revocations", "Root", "Kind", "Id", "RevokedAt", "RevokedBy");
        var day = TimeSpan.FromDays(1) - TimeSpan.FromMinutes(10);
        Execute(connection, "BEGIN");
        for (var i = 0; i < old; i++)
        {
            var issued = _now - TimeSpan.FromDays(1) + (day * i / old);
            var of = AddDelegation(delegation, i % 2 == 0 ? issued : issued.AddDays(-_random.Next(1, 1000)), issued.AddMinutes(5).UtcTicks);
            AddToken(token, of, [], [of.Agent], [Any("https://resource{0}.example", 20)], issued, s_past);
            if (i % 5 == 0)
            {
                Run(revocation, "session:" + Id() + Id(), (int)RootKind.Session, Id() + Id(), issued.AddDays(-2).UtcTicks, "admin:somebody");
            }
        }

        for (var i = 0; i < Live; i++)
        {
            var of = AddDelegation(delegation, _now.AddMinutes(-_random.Next(480)), null);
            var (issued, resource) = (_now.AddSeconds(-_random.Next(1, (int)_lifetime.TotalSeconds - 10)).AddTicks(_random.Next(10_000_000)), Any("https://resource{0}.example", 20));
            var first = AddToken(token, of, [], [of.Agent], [resource], issued, _lifetime);
            AddToken(token, of, [first], [Any("agent-{0}", 50), of.Agent], [Any("https://resource{0}.example", 20), resource], issued.AddMilliseconds(200), _lifetime - TimeSpan.FromSeconds(6));
            AddToken(token, of, [], [of.Agent], [Any("https://resource{0}.example", 20)], issued.AddSeconds(1), _lifetime);
            Token = first;
            Someone = (of.Subject, of.Session, of.Id);
        }

        Execute(connection, "COMMIT");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private Of AddDelegation(SqliteCommand command, DateTimeOffset startedAt, long? endedAt)
    {
        var of = new Of(Id(), Id() + Id(), Any("https://idp.example|user{0}", 20_000), Any("https://idp{0}.example", 3), Any("agent-{0}", 50), Any("purpose.{0}", 20), startedAt);
        Run(command, of.Id, Id() + Id(), of.Session, of.Subject, of.Issuer, of.Agent, of.Purpose, startedAt.UtcTicks, endedAt, endedAt is null ? "" : "https://resource1.example https://resource2.example");
        return of;
    }

    private string AddToken(SqliteCommand command, Of of, string[] ancestors, string[] agents, string[] resources, DateTimeOffset issued, TimeSpan lifetime)
    {
        var id = Id();
        Run(
            command, id, of.Id, of.Subject, of.Issuer, of.Purpose, string.Join(' ', ancestors), agents[0], string.Join(' ', agents), string.Join(' ', resources), "mail.label mail.read",
            of.StartedAt.UtcTicks, "policy-of-" + of.Purpose, 3, of.StartedAt.AddHours(8).UtcTicks, """{"department":["sales"],"groups":["staff","support"]}""", issued.UtcTicks, (issued + lifetime).UtcTicks);
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
