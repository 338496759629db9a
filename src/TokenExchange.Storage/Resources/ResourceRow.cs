using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Storage.Resources;

/// <summary>A resource and its scopes.</summary>
internal sealed class ResourceRow
{
    /// <summary><see cref="Core.Tokens.ResourceIndicator.Key"/>: with and without trailing slash are one row.</summary>
    public required string Key { get; set; }

    /// <summary>JSON of <see cref="Core.Configuration.ResourceDefinition"/>.</summary>
    public required string Definition { get; set; }
}

internal sealed class ResourceConfiguration : IEntityTypeConfiguration<ResourceRow>
{
    public void Configure(EntityTypeBuilder<ResourceRow> builder)
    {
        builder.ToTable("Resources").HasKey(r => r.Key);

        // An indicator is ASCII. As Unicode text of this length it would not fit into an index key of SQL Server (900 bytes).
        builder.Property(r => r.Key).HasMaxLength(ResourceIndicator.MaxLength).IsUnicode(false);
    }
}
