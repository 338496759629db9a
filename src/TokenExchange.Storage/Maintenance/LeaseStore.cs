using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Maintenance;

/// <summary>Who does a piece of background work, so that of several nodes one does it.</summary>
internal sealed class LeaseRow
{
    /// <summary>The work.</summary>
    public required string Name { get; set; }

    /// <summary>The node.</summary>
    public required string Holder { get; set; }

    /// <summary>From this instant on another node may take it.</summary>
    public DateTimeOffset Until { get; set; }
}

internal sealed class LeaseConfiguration : IEntityTypeConfiguration<LeaseRow>
{
    public void Configure(EntityTypeBuilder<LeaseRow> builder)
    {
        builder.ToTable("Leases").HasKey(l => l.Name);
        builder.Property(l => l.Name).HasMaxLength(64);
        builder.Property(l => l.Holder).HasMaxLength(64);
    }
}

/// <summary>Leases: of several nodes that want to do the same work one gets it, and another one when that one is gone.</summary>
public sealed class LeaseStore(IDbContextFactory<ExchangeDbContext> contexts)
{
    /// <summary>Takes the lease, or goes on with it; false while another node holds it.</summary>
    /// <param name="name">The work.</param>
    /// <param name="holder">This node.</param>
    /// <param name="now">When.</param>
    /// <param name="duration">For how long: longer than the work takes, and than the time to the next attempt.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> TryTakeAsync(string name, string holder, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = now + duration;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Leases.Where(l => l.Name == name && (l.Until <= now || l.Holder == holder))
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.Holder, holder).SetProperty(l => l.Until, until), cancellationToken) == 1)
        {
            return true;
        }

        if (await db.Leases.AnyAsync(l => l.Name == name, cancellationToken))
        {
            return false;
        }

        db.Leases.Add(new LeaseRow { Name = name, Holder = holder, Until = until });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            await using var check = await contexts.CreateDbContextAsync(cancellationToken);
            if (await check.Leases.AnyAsync(l => l.Name == name, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }
}
