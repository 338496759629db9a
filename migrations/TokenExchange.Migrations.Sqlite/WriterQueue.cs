using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TokenExchange.Migrations.Sqlite;

/// <summary>
/// SQLite takes one writer at a time; the others try again now and then, each on a thread of its own, and under load some never meet a free moment
/// before their patience ends. So the writers of this process stand in line instead, without a thread, in the order they came. A write keeps its turn
/// until its connection closes. Another process (the command line, a copy) is still met by trying again.
/// </summary>
/// <param name="turn">Lets one through at a time.</param>
internal sealed class WriterQueue(SemaphoreSlim turn) : IDbTransactionInterceptor, ISaveChangesInterceptor
{
    // As long as SQLite's own commands try.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private DbConnection? _writer;

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        AlwaysInTransaction(eventData);
        return result;
    }

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        AlwaysInTransaction(eventData);
        return ValueTask.FromResult(result);
    }

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        if (ReferenceEquals(Volatile.Read(ref _writer), connection))
        {
            return result;
        }

        return turn.Wait(Patience) ? Begin(connection, eventData.IsolationLevel) : throw NoTurn();
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        if (ReferenceEquals(Volatile.Read(ref _writer), connection))
        {
            return result;
        }

        return await turn.WaitAsync(Patience, cancellationToken) ? Begin(connection, eventData.IsolationLevel) : throw NoTurn();
    }

    // A single statement needs no transaction, but then nothing would say that it writes.
    private static void AlwaysInTransaction(DbContextEventData eventData) => eventData.Context!.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;

    private static TimeoutException NoTurn() => new($"Other writers have kept the database for {Patience.TotalSeconds} s.");

    private InterceptionResult<DbTransaction> Begin(DbConnection connection, IsolationLevel isolationLevel)
    {
        try
        {
            var transaction = connection.BeginTransaction(isolationLevel);
            Volatile.Write(ref _writer, connection);
            connection.StateChange += Leave;
            return InterceptionResult<DbTransaction>.SuppressWithResult(transaction);
        }
        catch
        {
            turn.Release();
            throw;
        }
    }

    private void Leave(object? sender, StateChangeEventArgs e)
    {
        if (e.CurrentState == ConnectionState.Closed && sender is DbConnection connection)
        {
            connection.StateChange -= Leave;
            Volatile.Write(ref _writer, null);
            turn.Release();
        }
    }
}
