namespace TokenExchange.Storage.Tests.Databases;

/// <summary>Where databases of one provider come from. One of them, migrated, is shared by all suites of a run; who needs an empty one makes it.</summary>
public abstract class DatabaseServer : IAsyncLifetime
{
    private TestDatabase? _shared;

    /// <summary>Why no database can be made, in words that say what to do about it; null when one can.</summary>
    public virtual string? WhyNot => null;

    /// <summary>The shared database. It holds what other tests have left, so a test looks only at what it wrote itself.</summary>
    public TestDatabase Shared => _shared ?? throw new InvalidOperationException("There is no database: " + WhyNot);

    /// <summary>Makes a database without any table.</summary>
    public abstract Task<TestDatabase> CreateEmptyAsync();

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        if (WhyNot is null)
        {
            _shared = await CreateEmptyAsync();
            await _shared.Schema.MigrateAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_shared is not null)
        {
            await _shared.DisposeAsync();
        }

        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual Task StartAsync() => Task.CompletedTask;

    protected virtual Task StopAsync() => Task.CompletedTask;
}
