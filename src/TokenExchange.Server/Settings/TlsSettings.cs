using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FluentValidation;

namespace TokenExchange.Server.Settings;

/// <summary>The section <c>Tls</c>.</summary>
public sealed class TlsSettings
{
    /// <summary>Section name.</summary>
    public const string Section = "Tls";

    /// <summary>Who issues client certificates.</summary>
    [Setting("Path of a PEM file with the authorities that issue client certificates. Set, clients can authenticate with `tls_client_auth` where this server itself ends the TLS connection.",
        Default = "none: client certificates are not asked for")]
    public string? ClientAuthorities { get; set; }

    /// <summary>The authorities' certificates; empty when the file has none or cannot be read.</summary>
    public X509Certificate2Collection ReadClientAuthorities()
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(ClientAuthorities!);
            return authorities;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}

/// <summary>Judges <see cref="TlsSettings"/>.</summary>
public sealed class TlsSettingsValidator : AbstractValidator<TlsSettings>
{
    /// <summary>Rules.</summary>
    public TlsSettingsValidator() =>
        RuleFor(s => s.ClientAuthorities).Must((s, path) => path is null || s.ReadClientAuthorities().Count > 0)
            .WithMessage("Tls:ClientAuthorities is '{PropertyValue}': no certificate can be read from it; write the path of a PEM file with the authorities that issue client certificates, or leave it out.");
}
