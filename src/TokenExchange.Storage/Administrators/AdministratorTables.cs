using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TokenExchange.Storage.Administrators;

/// <summary>A counter that is written for the sake of being written.</summary>
internal sealed class AdministratorStateRow
{
    /// <summary>The row that whoever changes an account writes first: changes of who administers come one after the other, on all nodes.</summary>
    public const int ChangesId = 1;

    /// <summary>The row written where an attempt to sign in is counted for nobody, so that it takes as long as for somebody.</summary>
    public const int NobodysId = 2;

    public int Id { get; set; }

    /// <summary>How often.</summary>
    public long Changes { get; set; }
}

/// <summary>One sign-in that has not ended. The browser holds the id, and this table its SHA-256.</summary>
internal sealed class AdministratorSessionRow
{
    public required string IdHash { get; set; }

    public required string AccountId { get; set; }

    /// <summary>The account's stamp at that time; with another one the session is over.</summary>
    public required string SecurityStamp { get; set; }

    public DateTimeOffset SignedInAt { get; set; }
}

internal sealed class AdministratorAccountConfiguration : IEntityTypeConfiguration<AdministratorAccount>
{
    public const int IdLength = 64;
    public const int StampLength = 64;
    public const int HashLength = 64;

    public void Configure(EntityTypeBuilder<AdministratorAccount> builder)
    {
        builder.ToTable("Administrators").HasKey(a => a.Id);
        builder.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed).Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.LockoutEnabled)
            .Ignore(a => a.RoleNames);
        builder.Property(a => a.Id).HasMaxLength(IdLength);
        builder.Property(a => a.UserName).HasMaxLength(AdministratorAccount.MaxUserName).IsRequired();
        builder.Property(a => a.NormalizedUserName).HasMaxLength(AdministratorAccount.MaxUserName).IsRequired();
        builder.Property(a => a.PasswordHash).HasMaxLength(200);
        builder.Property(a => a.SecurityStamp).HasMaxLength(StampLength).IsRequired();
        builder.Property(a => a.ConcurrencyStamp).HasMaxLength(StampLength).IsConcurrencyToken();
        builder.Property(a => a.DisplayName).HasMaxLength(AdministratorAccount.MaxDisplayName);
        builder.Property(a => a.Roles).HasMaxLength(200);
        builder.Property(a => a.Issuer).HasMaxLength(AdministratorAccount.MaxIssuer);
        builder.Property(a => a.InvitationHash).HasMaxLength(HashLength);
        builder.HasIndex(a => a.NormalizedUserName).IsUnique();
        builder.HasIndex(a => a.InvitationHash);
        foreach (var written in new[] { nameof(AdministratorAccount.AccessFailedCount), nameof(AdministratorAccount.LockoutEnd), nameof(AdministratorAccount.LastSignInAt), nameof(AdministratorAccount.LastCodeStep) })
        {
            builder.Property(written).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        }
    }
}

internal sealed class AdministratorLoginConfiguration : IEntityTypeConfiguration<IdentityUserLogin<string>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<string>> builder)
    {
        builder.ToTable("AdministratorLogins").HasKey(l => new { l.LoginProvider, l.ProviderKey });
        builder.Ignore(l => l.ProviderDisplayName);
        builder.Property(l => l.LoginProvider).HasMaxLength(AdministratorAccount.MaxIssuer);
        builder.Property(l => l.ProviderKey).HasMaxLength(AdministratorAccount.MaxSubject);
        builder.Property(l => l.UserId).HasMaxLength(AdministratorAccountConfiguration.IdLength);
        builder.HasOne<AdministratorAccount>().WithMany().HasForeignKey(l => l.UserId).IsRequired();
    }
}

internal sealed class AdministratorTokenConfiguration : IEntityTypeConfiguration<IdentityUserToken<string>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<string>> builder)
    {
        builder.ToTable("AdministratorTokens").HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        builder.Property(t => t.UserId).HasMaxLength(AdministratorAccountConfiguration.IdLength);
        builder.Property(t => t.LoginProvider).HasMaxLength(64);
        builder.Property(t => t.Name).HasMaxLength(64);
        builder.Property(t => t.Value).HasMaxLength(4000);
        builder.HasOne<AdministratorAccount>().WithMany().HasForeignKey(t => t.UserId).IsRequired();
    }
}

internal sealed class AdministratorSessionConfiguration : IEntityTypeConfiguration<AdministratorSessionRow>
{
    public void Configure(EntityTypeBuilder<AdministratorSessionRow> builder)
    {
        builder.ToTable("AdministratorSessions").HasKey(s => s.IdHash);
        builder.Property(s => s.IdHash).HasMaxLength(AdministratorAccountConfiguration.HashLength);
        builder.Property(s => s.AccountId).HasMaxLength(AdministratorAccountConfiguration.IdLength);
        builder.Property(s => s.SecurityStamp).HasMaxLength(AdministratorAccountConfiguration.StampLength);
        builder.HasOne<AdministratorAccount>().WithMany().HasForeignKey(s => s.AccountId).IsRequired();
    }
}

internal sealed class AdministratorStateConfiguration : IEntityTypeConfiguration<AdministratorStateRow>
{
    public void Configure(EntityTypeBuilder<AdministratorStateRow> builder)
    {
        builder.ToTable("AdministratorStates").HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasData(new AdministratorStateRow { Id = AdministratorStateRow.ChangesId }, new AdministratorStateRow { Id = AdministratorStateRow.NobodysId });
    }
}
