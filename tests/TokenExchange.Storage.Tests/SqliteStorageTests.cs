using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>What only SQLite does: it takes one writer at a time, the others stand in line, and readers look past it into the log.</summary>
[Collection(OnSqlite.Name)]
public sealed class SqliteStorageTests(SqliteServer server) : StorageTests(server)
{
    [Fact]
    public async Task What_is_written_goes_to_a_log_first()
    {
        await Database.Ledger.RecordAsync(Some.Record(), Stop);

        server.FileNames.ShouldContain(name => name.EndsWith(".db-wal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_has_no_log_yet_can_be_migrated()
    {
        await using var database = server.CreateBlank();
        (await database.Schema.PendingAsync(Stop)).ShouldNotBeEmpty();

        await database.Schema.MigrateAsync(Stop);

        (await database.Schema.PendingAsync(Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_writer_waits_for_the_one_before_it_and_readers_wait_for_none()
    {
        var before = await Database.CountRecordsAsync(Stop);
        Task writing;
        await using (var scope = Database.CreateScope())
        {
            await using var first = await Context(scope).Database.BeginTransactionAsync(Stop);
            writing = Database.Ledger.RecordAsync(Some.Record(), Stop);

            (await Database.CountRecordsAsync(Stop)).ShouldBe(before);
            writing.IsCompleted.ShouldBeFalse();
        }

        await writing;
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task Who_asked_what_the_database_is_leaves_nothing_open_for_whoever_writes_next()
    {
        await Database.Schema.DescribeAsync(Stop);
        await using var scope = Database.CreateScope();
        var db = Context(scope);

        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await transaction.RollbackAsync(Stop);
        }

        db.Database.GetDbConnection().State.ShouldBe(System.Data.ConnectionState.Closed);
        await Database.Ledger.RecordAsync(Some.Record(), Stop);
    }

    [Fact]
    public async Task A_writer_that_gives_up_leaves_the_line()
    {
        var before = await Database.CountRecordsAsync(Stop);
        Task patient;
        await using (var scope = Database.CreateScope())
        {
            await using var first = await Context(scope).Database.BeginTransactionAsync(Stop);
            using var patience = new CancellationTokenSource();
            var impatient = Database.Ledger.RecordAsync(Some.Record(), patience.Token);
            patient = Database.Ledger.RecordAsync(Some.Record(), Stop);

            await patience.CancelAsync();

            await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        }

        await patient;
        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_connection_writes_again_without_standing_in_line_behind_itself()
    {
        await using var scope = Database.CreateScope();
        var db = Context(scope);
        await db.Database.OpenConnectionAsync(Stop);
        for (var i = 0; i < 2; i++)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await transaction.CommitAsync(Stop);
        }

        await db.Database.CloseConnectionAsync();
        await Database.Ledger.RecordAsync(Some.Record(), Stop);
    }

    [Fact]
    public async Task Another_process_may_write_too()
    {
        await using var commandLine = Database.OtherNode();
        TestDatabase[] processes = [Database, commandLine];
        var before = await Database.CountRecordsAsync(Stop);

        await AtOnceAsync(20, async i =>
        {
            await processes[i % 2].Ledger.RecordAsync(Some.Record(), Stop);
            return true;
        });

        (await Database.CountRecordsAsync(Stop)).ShouldBe(before + 20);
    }

    private static ExchangeDbContext Context(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<ExchangeDbContext>();
}
