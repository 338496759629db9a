using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Keys;

/// <summary>A signing key, its private part protected. Meanings: <see cref="StoredSigningKey"/>.</summary>
internal sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c>.</summary>
    public required string KeyId { get; set; }

    /// <summary>Order of creation; unique, so that of several who make a key at the same time one does, on whichever node.</summary>
    public int Generation { get; set; }

    /// <summary>JWS algorithm.</summary>
    public required string Algorithm { get; set; }

    /// <summary>Protected PKCS#8.</summary>
    public required byte[] ProtectedPrivateKey { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>From when on it signs.</summary>
    public DateTimeOffset ActiveFrom { get; set; }

    /// <summary>When it was withdrawn; null when it was not.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    public static SigningKeyRow From(StoredSigningKey key) => new()
    {
        KeyId = key.KeyId, Generation = key.Generation, Algorithm = key.Algorithm, ProtectedPrivateKey = key.ProtectedPrivateKey,
        CreatedAt = key.CreatedAt, ActiveFrom = key.ActiveFrom, WithdrawnAt = key.WithdrawnAt,
    };
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
