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
}
