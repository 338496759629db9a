using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Storage.Policies;

/// <summary>One published version of all purposes and policies. Never changed, never deleted.</summary>
internal sealed class PolicySetRow
{
    /// <summary>Grows by one with every publication.</summary>
    public long Version { get; set; }

    /// <summary>SHA-256 of the content, lower-case hex.</summary>
    public required string ContentHash { get; set; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset PublishedAt { get; set; }

    /// <summary>By whom; null when nobody was named.</summary>
    public string? PublishedBy { get; set; }

    /// <summary>What they said about it; null when they said nothing.</summary>
    public string? Note { get; set; }

    /// <summary>JSON of <see cref="Core.Configuration.ExchangeConfiguration"/> with purposes and policies only.</summary>
    public required string Content { get; set; }
}

internal sealed class PolicySetConfiguration : IEntityTypeConfiguration<PolicySetRow>
{
    public void Configure(EntityTypeBuilder<PolicySetRow> builder)
    {
        builder.ToTable("PolicySets").HasKey(p => p.Version);
        builder.Property(p => p.Version).ValueGeneratedNever();
        builder.Property(p => p.ContentHash).HasMaxLength(64);
        builder.Property(p => p.PublishedBy).HasMaxLength(CallerIds.MaxLength);
        builder.Property(p => p.Note).HasMaxLength(500);
    }
}
