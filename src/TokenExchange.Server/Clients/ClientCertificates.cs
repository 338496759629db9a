using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Clients;

/// <summary>
/// Verifies <c>tls_client_auth</c> (RFC 8705 §2.1): a certificate that chains to one of the configured authorities, is for client authentication, and bears the
/// name its client is known by. Nothing is fetched on the way: neither missing issuers nor revocation lists; whose certificate is lost is disabled as a client.
/// </summary>
public sealed class ClientCertificates(IOptions<TlsSettings> settings)
{
    private const string ClientAuthenticationPurpose = "1.3.6.1.5.5.7.3.2";

    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    private readonly Lazy<X509Certificate2Collection> _authorities = new(() => settings.Value.ReadClientAuthorities());

    /// <summary>Whether clients can authenticate with certificates at all.</summary>
    public bool Available => settings.Value.ClientAuthorities is not null;

    /// <summary>Null when the certificate proves the client, otherwise what is wrong, for the record.</summary>
    public string? ProblemOf(ClientCredentials.Certificate credentials, ClientDefinition? client, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return !Available ? "client certificates are not configured"
            : !IsTrusted(credentials.Value, now) ? "the certificate is not trusted"
            : client?.TlsCertificate is { } expected && Bears(credentials.Value, expected) ? null
            : "the certificate is not the client's";
    }

    /// <summary>Whether a definition can ever be met.</summary>
    internal static bool IsReadable(TlsCertificateDefinition definition) =>
        definition.SubjectDn is { } dn ? TryCanonical(dn) is { Length: > 0 } : Configuration.ConfigurationValidator.IsIdentifier(definition.SanDns ?? definition.SanUri);

    internal X509ChainPolicy Policy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime, VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(_authorities.Value);
        policy.ExtraStore.AddRange(_authorities.Value);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthenticationPurpose));
        return policy;
    }

    private bool IsTrusted(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(now) };
        try
        {
            return chain.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // RFC 8705 §2.1.2. A subject name is compared in its canonical writing; two writings of one name are one.
    private static bool Bears(X509Certificate2 certificate, TlsCertificateDefinition expected) =>
        expected.SubjectDn is { } dn ? string.Equals(certificate.SubjectName.Name, TryCanonical(dn), StringComparison.Ordinal)
        : expected.SanDns is { } dns ? Names(certificate, DnsName).Contains(dns, StringComparer.OrdinalIgnoreCase)
        : expected.SanUri is { } uri && Names(certificate, Uri).Contains(uri, StringComparer.Ordinal);

    private static string? TryCanonical(string distinguishedName)
    {
        try
        {
            // Its own writing is what the type would give back; what is in a certificate is written from its bytes, so this is, too.
            return new X500DistinguishedName(new X500DistinguishedName(distinguishedName).RawData).Name;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // RFC 5280 §4.2.1.6: a sequence of tagged names, of which two kinds are text.
    private static List<string> Names(X509Certificate2 certificate, Asn1Tag kind)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            try
            {
                var sequence = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (sequence.HasData)
                {
                    if (sequence.PeekTag().HasSameClassAndValue(kind))
                    {
                        names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, kind));
                    }
                    else
                    {
                        sequence.ReadEncodedValue();
                    }
                }
            }
            catch (AsnContentException)
            {
                return [];
            }
        }

        return names;
    }
}
