using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Clients;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Keys;
using TokenExchange.Storage.Maintenance;
using TokenExchange.Storage.Policies;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage;

/// <summary>Registers the context, the stores, and OpenIddict's use of the context.</summary>
public static class StorageSetup
{
    /// <summary>Registers storage; <paramref name="provider"/> chooses and configures the database.</summary>
    public static IServiceCollection AddExchangeStorage(this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder> provider)
    {
        services.AddPooledDbContextFactory<ExchangeDbContext>((s, options) =>
        {
            provider(s, options);

            // A row that another request wrote first is an expected end, which strangers can bring about. Whatever nobody expects is thrown, and logged then.
            options.ConfigureWarnings(events => events.Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
        });
        services.AddScoped(s => s.GetRequiredService<IDbContextFactory<ExchangeDbContext>>().CreateDbContext());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ConfigurationStore>();
        services.AddSingleton<PolicySetStore>();
        services.AddSingleton<PolicyDraftStore>();
        services.AddSingleton<DelegationStore>();
        services.AddSingleton<LiveDelegations>();
        services.AddSingleton<DelegationHistory>();
        services.AddSingleton<AssertionStore>();
        services.AddSingleton<RevocationStore>();
        services.AddSingleton<EventSignal>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<EventStreamStore>();
        services.AddSingleton<ExchangeLedger>();
        services.AddSingleton<RecordedExchanges>();
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<PruningStore>();
        services.AddSingleton<Schema>();
        return services;
    }

    /// <summary>Lets OpenIddict find its clients in this database.</summary>
    public static OpenIddictCoreBuilder UseExchangeStorage(this OpenIddictCoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseEntityFrameworkCore()
            .UseDbContext<ExchangeDbContext>()
            .ReplaceDefaultEntities<ClientRow, ClientAuthorizationRow, ClientScopeRow, ClientTokenRow, string>();
        builder.ReplaceApplicationManager<ClientRow, ClientManager>();
        return builder;
    }
}
