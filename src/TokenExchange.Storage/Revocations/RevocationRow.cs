using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Core.Tokens;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Storage.Revocations;

/// <summary>Something that has been ended, with everything below it.</summary>
internal sealed class RevocationRow
{
    /// <summary>What was ended, as it is looked up: see <see cref="Revocations.Root.Key"/>.</summary>
    public required string Root { get; set; }

    /// <summary>What kind of thing.</summary>
    public RootKind Kind { get; set; }

    /// <summary>Which one; see <see cref="Revocations.Root.Id"/>.</summary>
    public required string Id { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset RevokedAt { get; set; }

    /// <summary>By whom; see <see cref="CallerIds"/>.</summary>
    public required string RevokedBy { get; set; }
}

/// <summary>
/// One revocation of a party, kept when a later one moves the instant of <see cref="RevocationRow"/> on: what ended at the first is not to look as if it had
/// run out before the second. Decides nothing; history alone reads it.
/// </summary>
internal sealed class PartyRevocationRow
{
    public long Id { get; set; }

    /// <summary>What was ended: see <see cref="Revocations.Root.Key"/>.</summary>
    public required string Root { get; set; }

    /// <summary>When.</summary>
    public DateTimeOffset RevokedAt { get; set; }

    /// <summary>By whom.</summary>
    public required string RevokedBy { get; set; }
}

internal sealed class RevocationConfiguration : IEntityTypeConfiguration<RevocationRow>, IEntityTypeConfiguration<PartyRevocationRow>
{
    private const int KeyLength = 100;

    public void Configure(EntityTypeBuilder<RevocationRow> builder)
    {
        builder.ToTable("Revocations").HasKey(r => r.Root);
        builder.Property(r => r.Root).HasMaxLength(KeyLength);
        builder.Property(r => r.RevokedBy).HasMaxLength(CallerIds.MaxLength);

        // Said, because by its name it would be the key, which it is not.
        builder.Property(r => r.Id).IsRequired().HasMaxLength(ResourceIndicator.MaxLength);
        builder.HasIndex(r => new { r.RevokedAt, r.Kind });
        builder.HasIndex(r => r.Id);
    }

    public void Configure(EntityTypeBuilder<PartyRevocationRow> builder)
    {
        builder.ToTable("PartyRevocations").HasKey(r => r.Id);
        builder.Property(r => r.Root).HasMaxLength(KeyLength);
        builder.Property(r => r.RevokedBy).HasMaxLength(CallerIds.MaxLength);
        builder.HasIndex(r => r.Root);
        builder.HasIndex(r => r.RevokedAt);
    }
}
