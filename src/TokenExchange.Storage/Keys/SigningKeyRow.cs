using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Keys;

/// <summary>A signing key, its private part protected.</summary>
internal sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c>.</summary>
    public required string KeyId { get; set; }

    /// <summary>Order of creation; unique, so that two nodes that start together cannot both create the first.</summary>
    public int Generation { get; set; }

    /// <summary>JWS algorithm.</summary>
    public required string Algorithm { get; set; }

    /// <summary>Protected PKCS#8.</summary>
    public required byte[] ProtectedPrivateKey { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class SigningKeyConfiguration : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> builder)
    {
        builder.ToTable("SigningKeys").HasKey(k => k.KeyId);
        builder.Property(k => k.KeyId).HasMaxLength(64);
        builder.Property(k => k.Algorithm).HasMaxLength(16);
        builder.HasIndex(k => k.Generation).IsUnique();
    }
}
