using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Issuers;

/// <summary>A trusted issuer.</summary>
internal sealed class IssuerRow
{
    /// <summary>Exact <c>iss</c>.</summary>
    public required string Issuer { get; set; }

    /// <summary>JSON of <see cref="Core.Configuration.IssuerDefinition"/>.</summary>
    public required string Definition { get; set; }
}

internal sealed class IssuerConfiguration : IEntityTypeConfiguration<IssuerRow>
{
    public void Configure(EntityTypeBuilder<IssuerRow> builder)
    {
        builder.ToTable("Issuers").HasKey(i => i.Issuer);
        builder.Property(i => i.Issuer).HasMaxLength(255);
    }
}
