using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Storage.Tests.Databases;

namespace TokenExchange.Storage.Tests;

/// <summary>
/// What every suite starts from. Each suite is written once, against the stores alone, and run by one derived class per provider;
/// whether a provider can be run at all is decided by its <see cref="DatabaseServer"/>, and nowhere else.
/// </summary>
public abstract class StorageTests
{
    static StorageTests() =>
        // SQLite waits for its writer on the thread itself; with fewer threads than writers a test of many at once would be a queue.
        ThreadPool.SetMinThreads(64, 64);

    protected StorageTests(DatabaseServer server)
    {
        if (server.WhyNot is { } reason)
        {
            Assert.Skip(reason);
        }

        Server = server;
    }

    protected DatabaseServer Server { get; }

    protected TestDatabase Database => Server.Shared;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Runs it so often at the same time, released together.</summary>
    protected static async Task<IReadOnlyList<T>> AtOnceAsync<T>(int count, Func<int, Task<T>> act)
    {
        using var ready = new CountdownEvent(count);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(
            async () =>
            {
                ready.Signal();
                ready.Wait(Stop);
                return await act(i);
            },
            Stop)));
    }

    /// <summary>A migrated database of this test alone.</summary>
    protected async Task<TestDatabase> BlankAsync()
    {
        var blank = await Server.CreateEmptyAsync();
        await blank.Schema.MigrateAsync(Stop);
        return blank;
    }

    /// <summary>Everything in it, to compare two values whose lists are of different types.</summary>
    protected static string Text<T>(T value) => JsonSerializer.Serialize(value, ConfigurationJson.Indented);
}
