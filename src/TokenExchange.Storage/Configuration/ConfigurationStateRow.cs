using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Configuration;

/// <summary>The one row that says how often the configuration has changed: nodes compare it with what they hold.</summary>
internal sealed class ConfigurationStateRow
{
    public const int OnlyId = 1;

    public int Id { get; set; } = OnlyId;

    /// <summary>Grows by one with every change; a writer raises it first, and only from the version it has seen.</summary>
    public long Version { get; set; }
}

internal sealed class ConfigurationStateConfiguration : IEntityTypeConfiguration<ConfigurationStateRow>
{
    public void Configure(EntityTypeBuilder<ConfigurationStateRow> builder)
    {
        builder.ToTable("ConfigurationStates").HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasData(new ConfigurationStateRow { Version = 0 });
    }
}
