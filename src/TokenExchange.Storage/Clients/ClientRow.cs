using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Storage.Clients;

/// <summary>A client: OpenIddict's application with what policies need to know of it. <c>ClientSecret</c> holds base64url(SHA-256(secret)).</summary>
public sealed class ClientRow : OpenIddictEntityFrameworkCoreApplication<string, ClientAuthorizationRow, ClientTokenRow>
{
    /// <summary>See <see cref="ClientKind"/>.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; set; }

    /// <summary>JSON array.</summary>
    public string Tags { get; set; } = "[]";

    /// <summary>base64url of the SHA-256 of the secret before; null when none is accepted.</summary>
    public string? PreviousSecret { get; set; }

    /// <summary>When that stops being accepted.</summary>
    public DateTimeOffset? PreviousSecretExpires { get; set; }

    /// <summary>Where its keys are published.</summary>
    public string? JwksUri { get; set; }

    /// <summary>JSON array.</summary>
    public string AllowPrivateHosts { get; set; } = "[]";

    /// <summary>JSON object; null when it has none.</summary>
    public string? TlsCertificate { get; set; }

    /// <summary>JSON array.</summary>
    public string Workloads { get; set; } = "[]";

    /// <summary>Whether it can authenticate.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>When it stops being able to.</summary>
    public DateTimeOffset? Expires { get; set; }

    internal void Take(ClientDefinition definition)
    {
        ClientId = definition.ClientId;
        DisplayName = definition.Name;
        ClientType = OpenIddictConstants.ClientTypes.Confidential;
        ConcurrencyToken = Guid.NewGuid().ToString();
        ClientSecret = definition.SecretSha256;
        PreviousSecret = definition.PreviousSecretSha256;
        PreviousSecretExpires = definition.PreviousSecretExpires;
        JsonWebKeySet = definition.Jwks?.GetRawText();
        Kind = definition.Kind;
        Owner = definition.Owner;
        Tags = JsonSerializer.Serialize(definition.Tags, ConfigurationJson.Compact);
        JwksUri = definition.JwksUri;
        AllowPrivateHosts = JsonSerializer.Serialize(definition.AllowPrivateHosts, ConfigurationJson.Compact);
        TlsCertificate = definition.TlsCertificate is null ? null : JsonSerializer.Serialize(definition.TlsCertificate, ConfigurationJson.Compact);
        Workloads = JsonSerializer.Serialize(definition.Workloads, ConfigurationJson.Compact);
        Enabled = definition.Enabled;
        Expires = definition.Expires;
    }

    internal ClientDefinition ToDefinition() => new()
    {
        ClientId = ClientId!,
        Name = DisplayName ?? string.Empty,
        Kind = Kind,
        Owner = Owner,
        Tags = JsonSerializer.Deserialize<string[]>(Tags, ConfigurationJson.Compact)!,
        SecretSha256 = ClientSecret,
        PreviousSecretSha256 = PreviousSecret,
        PreviousSecretExpires = PreviousSecretExpires,
        Jwks = JsonWebKeySet is null ? null : JsonSerializer.Deserialize<JsonElement>(JsonWebKeySet, ConfigurationJson.Compact),
        JwksUri = JwksUri,
        AllowPrivateHosts = JsonSerializer.Deserialize<string[]>(AllowPrivateHosts, ConfigurationJson.Compact)!,
        TlsCertificate = TlsCertificate is null ? null : JsonSerializer.Deserialize<TlsCertificateDefinition>(TlsCertificate, ConfigurationJson.Compact),
        Workloads = JsonSerializer.Deserialize<WorkloadDefinition[]>(Workloads, ConfigurationJson.Compact)!,
        Enabled = Enabled,
        Expires = Expires,
    };
}

/// <summary>OpenIddict's authorization; unused: what is delegated is kept in <see cref="Delegations.DelegationRow"/>.</summary>
public sealed class ClientAuthorizationRow : OpenIddictEntityFrameworkCoreAuthorization<string, ClientRow, ClientTokenRow>;

/// <summary>OpenIddict's scope; unused: scopes belong to resources.</summary>
public sealed class ClientScopeRow : OpenIddictEntityFrameworkCoreScope<string>;

/// <summary>OpenIddict's token; unused: issued tokens are kept in <see cref="Delegations.ActorTokenRow"/>.</summary>
public sealed class ClientTokenRow : OpenIddictEntityFrameworkCoreToken<string, ClientRow, ClientAuthorizationRow>;

internal sealed class ClientConfiguration : IEntityTypeConfiguration<ClientRow>, IEntityTypeConfiguration<ClientAuthorizationRow>, IEntityTypeConfiguration<ClientTokenRow>
{
    // A GUID. Ids of no given length would make OpenIddict's own indexes longer than SQL Server's indexes may be (1700 bytes).
    private const int IdLength = 64;

    public void Configure(EntityTypeBuilder<ClientRow> builder)
    {
        builder.ToTable("Clients");
        builder.Property(c => c.Id).HasMaxLength(IdLength);
        builder.Property(c => c.Kind).HasMaxLength(20);
        builder.Property(c => c.Owner).HasMaxLength(200);
        builder.Property(c => c.JwksUri).HasMaxLength(500);
        builder.Property(c => c.PreviousSecret).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<ClientAuthorizationRow> builder) => builder.Property<string?>("ApplicationId").HasMaxLength(IdLength);

    public void Configure(EntityTypeBuilder<ClientTokenRow> builder) => builder.Property<string?>("ApplicationId").HasMaxLength(IdLength);
}
