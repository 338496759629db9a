using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>How a client shows that it is itself, as somebody chooses it. No hash of a secret is among the fields: secrets are made here, and only here.</summary>
public sealed record CredentialsInput
{
    /// <summary>A secret that is made here.</summary>
    public const string Secret = "secret";

    private const string Keys = "jwks";
    private const string Uri = "uri";
    private const string Certificate = "certificate";
    private const string Dn = "dn";
    private const string Dns = "dns";
    private const string NameUri = "name-uri";

    /// <summary><c>secret</c>, <c>jwks</c>, <c>uri</c> or <c>certificate</c>.</summary>
    public string? Method { get; init; }

    /// <summary>A pasted key set.</summary>
    public string? Jwks { get; init; }

    /// <summary>Where its key set is published.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Hosts outside the public internet that it may be fetched from, separated by spaces.</summary>
    public string? AllowPrivateHosts { get; init; }

    /// <summary>Which name of the certificate is looked at: <c>dn</c>, <c>dns</c> or <c>name-uri</c>.</summary>
    public string? CertificateBy { get; init; }

    /// <summary>That name.</summary>
    public string? CertificateName { get; init; }

    /// <summary>The ways there are.</summary>
    public static IReadOnlyList<CheckOption> Methods { get; } =
    [
        new(Secret, "A secret that is made here", "The simplest. It is shown once; the server keeps only its hash. It can be changed over without a gap."),
        new(Keys, "Its own key, whose public half is pasted here", "The client signs each request with a private key that never leaves it (private_key_jwt)."),
        new(Uri, "Its own key, whose public half it publishes", "The same, but the key set is fetched from an address, so that the client can change keys by itself."),
        new(Certificate, "A TLS certificate", "For clients in a network with certificates of its own (mutual TLS). The setting Tls:ClientAuthorities says who issues them."),
    ];

    /// <summary>Names of a certificate.</summary>
    public static IReadOnlyList<CheckOption> CertificateNames { get; } =
    [
        new(Dn, "Subject", "The distinguished name, e.g. CN=inbox-agent,O=Corp."),
        new(Dns, "DNS name", "Among its alternative names, e.g. agent.corp.example."),
        new(NameUri, "URI", "Among its alternative names, e.g. spiffe://corp.example/inbox."),
    ];

    /// <summary>As the form shows a client.</summary>
    public static CredentialsInput Of(ClientDefinition client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var certificate = client.TlsCertificate;
        return new CredentialsInput
        {
            Method = client.Jwks is not null ? Keys : client.JwksUri is not null ? Uri : certificate is not null ? Certificate : Secret,
            Jwks = FormKeys.Of(client.Jwks),
            JwksUri = client.JwksUri,
            AllowPrivateHosts = string.Join(' ', client.AllowPrivateHosts),
            CertificateBy = certificate?.SanDns is not null ? Dns : certificate?.SanUri is not null ? NameUri : Dn,
            CertificateName = certificate is null ? null : certificate.SubjectDn ?? certificate.SanDns ?? certificate.SanUri,
        };
    }

    /// <summary>The client with what was chosen and no other credentials; with a secret, that of the caller. What cannot be read goes to the problems.</summary>
    /// <param name="problems">What is wrong.</param>
    /// <param name="isSecret">Whether a private key was pasted, which is not to be shown again.</param>
    /// <param name="secretSha256">Hash of the secret that was made for it; null when none was.</param>
    public Func<ClientDefinition, ClientDefinition> Read(ICollection<MemberProblem> problems, out bool isSecret, string? secretSha256 = null)
    {
        ArgumentNullException.ThrowIfNull(problems);
        isSecret = false;
        Func<ClientDefinition, ClientDefinition> without = c => c with
        {
            SecretSha256 = null, PreviousSecretSha256 = null, PreviousSecretExpires = null, Jwks = null, JwksUri = null, AllowPrivateHosts = [], TlsCertificate = null,
        };
        switch (Method)
        {
            case Secret:
                return c => without(c) with { SecretSha256 = secretSha256 };
            case Keys:
                var jwks = FormKeys.Read(Jwks, out var problem, out isSecret);
                if (problem is not null)
                {
                    problems.Add(new MemberProblem("Keys.Jwks", problem));
                }

                return c => without(c) with { Jwks = jwks };
            case Uri when FormText.Of(JwksUri) is { } address:
                var hosts = FormText.WordsOnce(AllowPrivateHosts);
                return c => without(c) with { JwksUri = address, AllowPrivateHosts = hosts };
            case Uri:
                problems.Add(new MemberProblem("Keys.JwksUri", "write the address of its key set"));
                return without;
            case Certificate when FormText.Of(CertificateName) is { } name:
                var certificate = CertificateBy switch
                {
                    Dns => new TlsCertificateDefinition { SanDns = name },
                    NameUri => new TlsCertificateDefinition { SanUri = name },
                    _ => new TlsCertificateDefinition { SubjectDn = name },
                };
                return c => without(c) with { TlsCertificate = certificate };
            case Certificate:
                problems.Add(new MemberProblem("Keys.CertificateName", "write the name that its certificate bears"));
                return without;
            default:
                problems.Add(new MemberProblem("Keys.Method", "choose how it authenticates"));
                return without;
        }
    }
}
