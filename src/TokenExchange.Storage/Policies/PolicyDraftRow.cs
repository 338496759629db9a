using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Storage.Conventions;

namespace TokenExchange.Storage.Policies;

/// <summary>A draft of the whole policy set. Meanings: <see cref="DraftHeader"/>.</summary>
internal sealed class PolicyDraftRow
{
    public required string Id { get; set; }

    public required string Title { get; set; }

    public long BasedOn { get; set; }

    public long Version { get; set; }

    /// <summary>JSON array.</summary>
    public required string Editors { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public required string UpdatedBy { get; set; }

    /// <summary>JSON of <see cref="Core.Configuration.ExchangeConfiguration"/> with purposes and policies only.</summary>
    public required string Content { get; set; }

    /// <summary>JSON of the last <see cref="DraftReplay"/>; null when there was none.</summary>
    public string? Replay { get; set; }
}

internal sealed class PolicyDraftConfiguration : IEntityTypeConfiguration<PolicyDraftRow>
{
    public void Configure(EntityTypeBuilder<PolicyDraftRow> builder)
    {
        builder.ToTable("PolicyDrafts").HasKey(d => d.Id);
        builder.Property(d => d.Id).HasMaxLength(64);
        builder.Property(d => d.Title).HasMaxLength(200);
        builder.Property(d => d.CreatedBy).HasMaxLength(CallerIds.MaxLength);
        builder.Property(d => d.UpdatedBy).HasMaxLength(CallerIds.MaxLength);

        // A caller is in it, and a character of theirs may take six in JSON.
        builder.Property(d => d.Replay).HasMaxLength(4000);
    }
}
