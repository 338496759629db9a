using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Revocations;

/// <summary>Something that has been ended, with everything below it.</summary>
internal sealed class RevocationRow
{
    /// <summary>What was ended, as it is looked up: see <see cref="Revocations.Root.Key"/>.</summary>
    public required string Root { get; set; }

    /// <summary>What was ended, as people read it.</summary>
    public required string Name { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset RevokedAt { get; set; }

    /// <summary>By whom: a client id or an administrator.</summary>
    public required string RevokedBy { get; set; }
}

internal sealed class RevocationConfiguration : IEntityTypeConfiguration<RevocationRow>
{
    public void Configure(EntityTypeBuilder<RevocationRow> builder)
    {
        builder.ToTable("Revocations").HasKey(r => r.Root);
        builder.Property(r => r.Root).HasMaxLength(100);
        builder.Property(r => r.RevokedBy).HasMaxLength(255);
    }
}
