using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Core.Tokens;

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

    /// <summary>JSON of <see cref="Core.Configuration.ExchangeConfiguration"/> with purposes and policies only.</summary>
    public required string Content { get; set; }
}

/// <summary>A resource and its scopes.</summary>
internal sealed class ResourceRow
{
    /// <summary><see cref="Core.Tokens.ResourceIndicator.Key"/>: with and without trailing slash are one row.</summary>
    public required string Key { get; set; }

    /// <summary>JSON of <see cref="Core.Configuration.ResourceDefinition"/>.</summary>
    public required string Definition { get; set; }
}

internal sealed class PolicySetConfiguration : IEntityTypeConfiguration<PolicySetRow>, IEntityTypeConfiguration<ResourceRow>
{
    public void Configure(EntityTypeBuilder<PolicySetRow> builder)
    {
        builder.ToTable("PolicySets").HasKey(p => p.Version);
        builder.Property(p => p.Version).ValueGeneratedNever();
        builder.Property(p => p.ContentHash).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<ResourceRow> builder)
    {
        builder.ToTable("Resources").HasKey(r => r.Key);

        // An indicator is ASCII. As Unicode text of this length it would not fit into an index key of SQL Server (900 bytes).
        builder.Property(r => r.Key).HasMaxLength(ResourceIndicator.MaxLength).IsUnicode(false);
    }
}
