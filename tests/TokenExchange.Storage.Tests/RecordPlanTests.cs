using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>
/// Which indexes SQLite takes when records are looked for. It has no statistics, so a plan is the same with ten records as with a million, where the wrong one
/// takes seconds.
/// </summary>
[Collection(OnSqlite.Name)]
public sealed class RecordPlanTests(SqliteServer server) : StorageTests(server)
{
    private const string Key = "PRIMARY KEY";
    private const string Instants = "At_Kind_Reason_ClientId";

    private static readonly RecordFilter s_all = new();
    private static readonly IReadOnlySet<RecordKind> s_refusals = new HashSet<RecordKind> { RecordKind.Refusal };

    public static TheoryData<string, string> Expected() => new()
    {
        { "everything", Key },
        { "subject", $"Subject, {Key}" },
        { "client", $"ClientId, {Key}" },
        { "session", $"Session, {Key}" },
        { "delegation", $"Delegation, {Key}" },
        { "purpose", $"Purpose, {Key}" },
        { "token", $"TokenId, {Key}, ParentTokenId" },
        { "kinds", $"Kind, {Key}" },
        { "kinds with permits", Key },
        { "reason", $"Kind_Reason, {Key}" },
        { "issuer, resource, policy, source", Key },
        { "instants", $"{Instants}, {Key}" },

        // Each of several indexes is asked for its number, and only one for its records.
        { "instants, session, client, refusals for a reason", $"{Instants}, Session, ClientId, Kind_Reason, Kind, {Key}" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public async Task A_page_is_read_through_the_indexes_that_are_meant(string name, string indexes)
    {
        var plans = new Plans();
        await using var heard = Database.HeardBy(plans);
        var filter = name switch
        {
            "subject" => s_all with { Subject = "x" },
            "client" => s_all with { ClientId = "x" },
            "session" => s_all with { Session = "x" },
            "delegation" => s_all with { Delegation = "x" },
            "purpose" => s_all with { Purpose = "x" },
            "token" => s_all with { TokenId = "x" },
            "kinds" => s_all with { Kinds = new HashSet<RecordKind> { RecordKind.Refusal, RecordKind.Evaluation } },
            "kinds with permits" => s_all with { Kinds = new HashSet<RecordKind> { RecordKind.Refusal, RecordKind.Permit } },
            "reason" => s_all with { Reason = "x" },
            "issuer, resource, policy, source" => s_all with { SubjectIssuer = "x", Resource = "x", Policy = "x", Source = "x" },
            "instants" => s_all with { From = Some.Now, Until = Some.Now.AddTicks(1) },
            "instants, session, client, refusals for a reason" => s_all with { From = Some.Now, Until = Some.Now.AddTicks(1), Session = "x", ClientId = "x", Kinds = s_refusals, Reason = "x" },
            _ => s_all,
        };
        await heard.Ledger.RecordAsync(Some.Record(), Stop);

        await heard.Search.OlderAsync(filter, than: null, count: 50, Stop);
        plans.ShouldBeThrough(indexes);
        await heard.Search.NewerAsync(filter, than: 1, count: 50, Stop);
        plans.ShouldBeThrough(indexes);
    }

    [Fact]
    public async Task Of_several_conditions_one_index_names_the_records_and_none_is_looked_for_another_way()
    {
        RecordFilter[] filters =
        [
            s_all with { Subject = "x" }, s_all with { ClientId = "x" }, s_all with { Session = "x" }, s_all with { Delegation = "x" }, s_all with { Purpose = "x" }, s_all with { TokenId = "x" },
            s_all with { Kinds = s_refusals }, s_all with { Reason = "x" }, s_all with { Source = "x" },
        ];
        var plans = new Plans();
        await using var heard = Database.HeardBy(plans);
        await heard.Ledger.RecordAsync(Some.Record(), Stop);
        foreach (var (a, b) in filters.SelectMany(a => filters.Select(b => (a, b))))
        {
            var both = a with
            {
                From = Some.Now, Subject = a.Subject ?? b.Subject, ClientId = a.ClientId ?? b.ClientId, Session = a.Session ?? b.Session, Delegation = a.Delegation ?? b.Delegation,
                Purpose = a.Purpose ?? b.Purpose, TokenId = a.TokenId ?? b.TokenId, Kinds = a.Kinds ?? b.Kinds, Reason = a.Reason ?? b.Reason, Source = a.Source ?? b.Source,
            };

            await heard.Search.OlderAsync(both, than: null, count: 50, Stop);
            await heard.Search.NewerAsync(both, than: 1, count: 50, Stop);

            plans.ShouldReadRowsByKey();
        }
    }

    [Fact]
    public async Task Statistics_never_touch_the_table()
    {
        var plans = new Plans();
        await using var heard = Database.HeardBy(plans);

        await heard.Statistics.PerMinuteAsync(60, Some.Now, Stop);
        await heard.Statistics.TopRefusalsAsync(Some.Now, 5, Stop);

        plans.ShouldBeThrough(Instants);
    }

    /// <summary>Asks SQLite about each question how it will answer.</summary>
    private sealed class Plans : DbCommandInterceptor
    {
        private readonly List<string> _lines = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                await using var explain = command.Connection!.CreateCommand();
                explain.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
                foreach (DbParameter parameter in command.Parameters)
                {
                    var copy = explain.CreateParameter();
                    (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
                    explain.Parameters.Add(copy);
                }

                await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    _lines.Add(reader.GetString(3));
                }
            }

            return result;
        }

        /// <summary>The indexes, in the order of their first use.</summary>
        public void ShouldBeThrough(string indexes) => ShouldReadRowsByKey().ShouldBe(indexes);

        /// <summary>Rows by their key only, everything else from indexes alone; no table is read from end to end, and no page is sorted.</summary>
        public string ShouldReadRowsByKey()
        {
            var parts = _lines.Where(l => l.StartsWith("CO-ROUTINE ", StringComparison.Ordinal)).Select(l => l["CO-ROUTINE ".Length..]).ToHashSet(StringComparer.Ordinal);
            _lines.Where(l => l.StartsWith("SCAN ", StringComparison.Ordinal) && !parts.Contains(l["SCAN ".Length..])).ShouldBeEmpty();
            _lines.Where(l => l.StartsWith("USE TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal) && !_lines.Contains("USE TEMP B-TREE FOR GROUP BY")).ShouldBeEmpty();
            var searches = _lines.Where(l => l.StartsWith("SEARCH ", StringComparison.Ordinal) && l.Contains(" USING ", StringComparison.Ordinal)).ToList();
            searches.Where(l => !l.Contains("COVERING INDEX", StringComparison.Ordinal) && !l.Contains(Key, StringComparison.Ordinal)).ShouldBeEmpty();
            _lines.Clear();
            return string.Join(", ", searches.Select(Used).Distinct(StringComparer.Ordinal));
        }

        private static string Used(string line)
        {
            const string Prefix = "IX_ExchangeRecords_";
            var start = line.IndexOf(Prefix, StringComparison.Ordinal);
            return start < 0 ? Key : line[(start + Prefix.Length)..line.IndexOf(' ', start)];
        }
    }
}
