using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Keys;
using TokenExchange.Storage.Maintenance;
using TokenExchange.Storage.Policies;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Tests.Databases;

/// <summary>One database and the stores over it, registered as the server registers them. Disposing it drops the database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Action<DbContextOptionsBuilder> _provider;
    private readonly ServiceProvider _services;
    private readonly Func<Task> _drop;

    public TestDatabase(Action<DbContextOptionsBuilder> provider, Func<Task> drop)
    {
        var services = new ServiceCollection();
        services.AddExchangeStorage((_, options) => provider(options));
        services.AddOpenIddict().AddCore(core => core.UseExchangeStorage());
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        _provider = provider;
        _drop = drop;
    }

    public ConfigurationStore Configuration => Get<ConfigurationStore>();

    public PolicyDraftStore Drafts => Get<PolicyDraftStore>();

    public PolicySetStore PolicySets => Get<PolicySetStore>();

    public DelegationStore Delegations => Get<DelegationStore>();

    public LiveDelegations Live => Get<LiveDelegations>();

    public DelegationHistory History => Get<DelegationHistory>();

    public RevocationStore Revocations => Get<RevocationStore>();

    public AssertionStore Assertions => Get<AssertionStore>();

    public LeaseStore Leases => Get<LeaseStore>();

    public PruningStore Pruning => Get<PruningStore>();

    public ExchangeLedger Ledger => Get<ExchangeLedger>();

    public EventLog Events => Get<EventLog>();

    public EventStreamStore Streams => Get<EventStreamStore>();

    public RecordedExchanges Exchanges => Get<RecordedExchanges>();

    public SigningKeyStore Keys => Get<SigningKeyStore>();

    public Schema Schema => Get<Schema>();

    public AsyncServiceScope CreateScope() => _services.CreateAsyncScope();

    /// <summary>The same database with nothing in memory shared: another node, or this one after it was started again.</summary>
    public TestDatabase OtherNode() => new(_provider, () => Task.CompletedTask);

    public async Task<int> CountRecordsAsync(CancellationToken cancellationToken) => (await Ledger.ReadLatestAsync(int.MaxValue, cancellationToken)).Count;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _drop();
    }

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();
}
