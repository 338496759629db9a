using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TokenExchange.Storage.Conventions;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Storage.Delegations;

/// <summary>One agent acting for one user's session under one purpose. Meanings: <see cref="Delegation"/>.</summary>
internal sealed class DelegationRow
{
    public required string Id { get; set; }

    public required string Key { get; set; }

    public required string Session { get; set; }

    public required string Subject { get; set; }

    public required string SubjectIssuer { get; set; }

    public required string Agent { get; set; }

    public required string Purpose { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the last of those of its tokens that are deleted by now came to an end; null while none is deleted.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who ended that one; null when it expired.</summary>
    public string? EndedBy { get; set; }

    /// <summary>By ending what; null when it expired.</summary>
    public RootKind? EndedRoot { get; set; }

    /// <summary>The resources its deleted tokens were for, each once, separated by spaces.</summary>
    public string PastResources { get; set; } = string.Empty;
}

/// <summary>One token issued. Meanings: <see cref="IssuedToken"/>.</summary>
internal sealed class ActorTokenRow
{
    public required string Id { get; set; }

    public required string DelegationId { get; set; }

    public DelegationRow? Delegation { get; set; }

    // Copies of the delegation's. Delegations are kept for ever and tokens for a day: who asks about all live tokens must not look each up among a million delegations.
    public required string Subject { get; set; }

    public required string SubjectIssuer { get; set; }

    public required string Purpose { get; set; }

    /// <summary>Ids of the tokens it was derived from, root first, separated by spaces; empty for a first hop.</summary>
    public required string Ancestors { get; set; }

    public required string ClientId { get; set; }

    /// <summary>Separated by spaces, outermost first.</summary>
    public required string Agents { get; set; }

    /// <summary>Separated by spaces, its own first.</summary>
    public required string Resources { get; set; }

    /// <summary>Separated by spaces; null when it was issued before they were kept.</summary>
    public string? Scopes { get; set; }

    public DateTimeOffset LentAt { get; set; }

    public required string Policy { get; set; }

    public int MaxChainDepth { get; set; }

    public DateTimeOffset DelegationEndsAt { get; set; }

    /// <summary>Separated by spaces; null when the session is not limited.</summary>
    public string? SessionScopes { get; set; }

    /// <summary>JSON object of claim name to values.</summary>
    public required string SubjectClaims { get; set; }

    public DateTimeOffset IssuedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class DelegationConfiguration : IEntityTypeConfiguration<DelegationRow>, IEntityTypeConfiguration<ActorTokenRow>
{
    public void Configure(EntityTypeBuilder<DelegationRow> builder)
    {
        builder.ToTable("Delegations").HasKey(d => d.Id);
        builder.Property(d => d.Id).HasMaxLength(64);
        builder.Property(d => d.Key).HasMaxLength(64);
        builder.Property(d => d.Session).HasMaxLength(64);
        builder.Property(d => d.Subject).HasMaxLength(255);
        builder.Property(d => d.SubjectIssuer).HasMaxLength(255);
        builder.Property(d => d.Agent).HasMaxLength(255);
        builder.Property(d => d.Purpose).HasMaxLength(255);
        builder.Property(d => d.EndedBy).HasMaxLength(CallerIds.MaxLength);
        builder.HasIndex(d => d.Key).IsUnique();
        builder.HasIndex(d => new { d.Subject, d.StartedAt });
        builder.HasIndex(d => d.Session);
    }

    public void Configure(EntityTypeBuilder<ActorTokenRow> builder)
    {
        builder.ToTable("ActorTokens").HasKey(t => t.Id);
        builder.Property(t => t.Id).HasMaxLength(64);
        builder.Property(t => t.DelegationId).HasMaxLength(64);
        builder.Property(t => t.Subject).HasMaxLength(255);
        builder.Property(t => t.SubjectIssuer).HasMaxLength(255);
        builder.Property(t => t.Purpose).HasMaxLength(255);
        builder.Property(t => t.ClientId).HasMaxLength(255);
        builder.Property(t => t.Policy).HasMaxLength(255);
        builder.HasOne(t => t.Delegation).WithMany().HasForeignKey(t => t.DelegationId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(t => new { t.DelegationId, t.ExpiresAt });

        // Enough to find and to sort what is alive without a look at the rows.
        builder.HasIndex(t => new { t.ExpiresAt, t.DelegationId, t.IssuedAt });
    }
}
