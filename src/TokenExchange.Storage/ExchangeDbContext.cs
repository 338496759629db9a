using Microsoft.EntityFrameworkCore;
using TokenExchange.Storage.Assertions;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Clients;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Conventions;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Events;
using TokenExchange.Storage.Issuers;
using TokenExchange.Storage.Keys;
using TokenExchange.Storage.Maintenance;
using TokenExchange.Storage.Policies;
using TokenExchange.Storage.Resources;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage;

/// <summary>The one database context: OpenIddict's entities and ours. Only this project and its migrations see it; others use the stores.</summary>
public sealed class ExchangeDbContext(DbContextOptions<ExchangeDbContext> options) : DbContext(options)
{
    internal DbSet<ClientRow> Clients => Set<ClientRow>();

    internal DbSet<IssuerRow> Issuers => Set<IssuerRow>();

    internal DbSet<ResourceRow> Resources => Set<ResourceRow>();

    internal DbSet<PolicySetRow> PolicySets => Set<PolicySetRow>();

    internal DbSet<PolicyDraftRow> PolicyDrafts => Set<PolicyDraftRow>();

    internal DbSet<ConfigurationStateRow> ConfigurationStates => Set<ConfigurationStateRow>();

    internal DbSet<DelegationRow> Delegations => Set<DelegationRow>();

    internal DbSet<ActorTokenRow> ActorTokens => Set<ActorTokenRow>();

    internal DbSet<UsedAssertionRow> UsedAssertions => Set<UsedAssertionRow>();

    internal DbSet<RevocationRow> Revocations => Set<RevocationRow>();

    internal DbSet<PartyRevocationRow> PartyRevocations => Set<PartyRevocationRow>();

    internal DbSet<ExchangeRecordRow> ExchangeRecords => Set<ExchangeRecordRow>();

    internal DbSet<EventRow> Events => Set<EventRow>();

    internal DbSet<EventStateRow> EventStates => Set<EventStateRow>();

    internal DbSet<EventStreamRow> EventStreams => Set<EventStreamRow>();

    internal DbSet<LeaseRow> Leases => Set<LeaseRow>();

    internal DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.UseUtcTicks();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.UseOpenIddict<ClientRow, ClientAuthorizationRow, ClientScopeRow, ClientTokenRow, string>();
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ExchangeDbContext).Assembly);
        modelBuilder.UseOrdinalText(Database.ProviderName);
    }
}
