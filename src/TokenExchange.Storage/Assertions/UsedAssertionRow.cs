using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Assertions;

/// <summary>A single-use assertion that has been used.</summary>
internal sealed class UsedAssertionRow
{
    /// <summary>Fingerprint (base64url SHA-256) of its issuer and <c>jti</c>.</summary>
    public required string Key { get; set; }

    /// <summary>After this it is refused for its age alone, and the row may go.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class UsedAssertionConfiguration : IEntityTypeConfiguration<UsedAssertionRow>
{
    public void Configure(EntityTypeBuilder<UsedAssertionRow> builder)
    {
        builder.ToTable("UsedAssertions").HasKey(a => a.Key);
        builder.Property(a => a.Key).HasMaxLength(64);
        builder.HasIndex(a => a.ExpiresAt);
    }
}
