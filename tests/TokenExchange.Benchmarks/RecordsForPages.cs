using System.Globalization;
using Microsoft.Data.Sqlite;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Audit;

namespace TokenExchange.Benchmarks;

/// <summary>
/// A day of exchange records, one every 86 ms for a million of them: 200 subjects, 20 agents and 10 purposes, 5 % refusals. The first subject and the first agent
/// have half of everything and agent 19 never acts for that subject, so that two frequent values meet nowhere; what is called rare is on record
/// three times, at the far end.
/// </summary>
internal static class RecordsForPages
{
    public const string FrequentSubject = "corp|user-0";
    public const string FrequentAgent = "agent-0";
    public const string AgentOfOthers = "agent-19";
    public const string Rare = "rare";
    public const string Missing = "missing";

    private const int PerTransaction = 100_000;

    private static readonly string[] s_columns =
    [
        "At", "Kind", "Reason", "ClientId", "Subject", "SubjectIssuer", "Chain", "Purpose", "Resource", "RequestedScopes", "GrantedScopes", "Delegation", "Session", "TokenId", "ParentTokenId",
        "SubjectTokenHash", "ExpiresAt", "PolicySetVersion", "Policy", "Source", "Detail", "Question",
    ];

    private static readonly string[] s_reasons =
        ["scope_not_permitted", "purpose_unknown", "subject_token_expired", "actor_not_permitted", "client_unknown", "delegation_ended", "session_revoked", "lifetime_exceeded"];

    /// <summary>Writes the records; the last one is of <paramref name="now"/>.</summary>
    /// <param name="connectionString">A migrated SQLite database without records.</param>
    /// <param name="count">How many.</param>
    /// <param name="now">Instant of the last.</param>
    public static void Fill(string connectionString, int count, DateTimeOffset now)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();

        // Quick, not durable: whoever loses this database fills another one.
        Execute(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;");
        using var insert = connection.CreateCommand();
        insert.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"INSERT INTO ExchangeRecords ({string.Join(", ", s_columns)}) VALUES ({string.Join(", ", s_columns.Select(c => "@" + c))})");
        foreach (var column in s_columns)
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = "@" + column });
        }

        var random = new Random(1);
        var questions = Enumerable.Range(0, 10).Select(i => Question($"purpose.{i}", now)).ToArray();
        var step = TimeSpan.FromDays(1) / count;
        for (var first = 0; first < count; first += PerTransaction)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var i = first; i < Math.Min(first + PerTransaction, count); i++)
            {
                Set(insert, random, i, now - (step * (count - 1 - i)), questions);
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>A record like the others, for the measurement of writing.</summary>
    public static ExchangeRecord Record(Random random, DateTimeOffset now) => new()
    {
        At = now, Kind = RecordKind.Permit, Reason = "permitted", ClientId = $"agent-{random.Next(20)}", Subject = $"corp|user-{random.Next(200)}", SubjectIssuer = "https://idp.example",
        Chain = """{"sub":"agent-7","act":{"sub":"agent-0"}}""", Purpose = "purpose.1", Resource = "https://mail.example", RequestedScopes = "mail.read mail.label", GrantedScopes = "mail.read",
        Delegation = Id(random), Session = Id(random), TokenId = Id(random), SubjectTokenHash = Id(random) + Id(random), ExpiresAt = now.AddMinutes(5), PolicySetVersion = 12, Policy = "policy-1",
        Source = "10.0.0.1", Question = Asked("purpose.1", now),
    };

    public static string Id(Random random) => $"{random.NextInt64():x16}{random.NextInt64():x16}";

    private static void Set(SqliteCommand insert, Random random, int i, DateTimeOffset at, string[] questions)
    {
        var isRare = i is 10 or 20 or 30;
        var kind = isRare ? RecordKind.EventStream : random.Next(1000) switch
        {
            < 50 => RecordKind.Refusal, < 53 => RecordKind.ApiToken, < 54 => RecordKind.Configuration, < 55 => RecordKind.Revocation, < 60 => RecordKind.Evaluation, _ => RecordKind.Permit,
        };
        var subject = random.Next(2) == 0 ? 0 : random.Next(1, 200);
        var agent = random.Next(2) == 0 ? 0 : random.Next(1, subject == 0 ? 19 : 20);
        var purpose = random.Next(10);

        // A subject has some fifty sessions, and a session some delegations.
        var session = $"session-{subject}-{random.Next(50)}";
        object?[] values =
        [
            at.UtcTicks, (int)kind, isRare ? Rare : kind == RecordKind.Refusal ? s_reasons[random.Next(s_reasons.Length)] : "permitted", $"agent-{agent}",
            isRare ? "corp|" + Rare : $"corp|user-{subject}", isRare ? "https://rare.example" : "https://idp.example", $$$"""{"sub":"agent-{{{agent}}}","act":{"sub":"agent-0"}}""",
            isRare ? "purpose.rare" : $"purpose.{purpose}", isRare ? "https://rare.example" : $"https://app-{purpose % 5}.example", "mail.read mail.label", "mail.read", $"{session}-{agent}-{purpose}",
            session, Id(random), random.Next(5) == 0 ? Id(random) : null, Id(random) + Id(random), at.AddMinutes(5).UtcTicks, 12L, isRare ? "policy-rare" : $"policy-{purpose}",
            isRare ? "192.0.2.1" : $"10.0.0.{random.Next(100)}", kind == RecordKind.Refusal ? "policy-3 came closest: scope mail.send" : null,
            kind is RecordKind.Permit or RecordKind.Refusal ? questions[purpose] : null,
        ];
        for (var c = 0; c < values.Length; c++)
        {
            insert.Parameters[c].Value = values[c] ?? DBNull.Value;
        }
    }

    private static string Question(string purpose, DateTimeOffset now) => Asked(purpose, now).ToJson()!;

    private static RecordedQuestion Asked(string purpose, DateTimeOffset now) => new(
        new PolicyQuestion
        {
            Now = now,
            Agent = new AgentFacts("agent-7", Core.Configuration.ClientKind.AiAgent, ["internal"]),
            Subject = new SubjectFacts(
                "https://idp.example",
                new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["department"] = ["sales"], ["groups"] = ["staff", "support", "mail-users"] },
                new UserAuthentication(now.AddMinutes(-5), "silver", ["pwd", "otp"])),
            Resource = ResourceIndicator.Parse("https://mail.example"),
            Purpose = purpose,
            RequestedScopes = ScopeSet.Of("mail.read", "mail.label"),
            ChainDepth = 2,
        },
        ["rank"],
        new RecordedDecision.Permit(purpose, ScopeSet.Of("mail.read"), "triage-by-inbox-agent"));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
