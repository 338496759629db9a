using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Protocol;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Wire;

/// <summary>RFC 8705 §2.1 <c>tls_client_auth</c>: a certificate of a known authority with the client's name.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private const string Workload = "spiffe://corp.example/tls";
    private static readonly DateTimeOffset From = RunningServer.Start.AddDays(-1);

    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-tls-").FullName;
    private readonly int _port = RunningServer.FreePort();
    private X509Certificate2 _authority = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = Authority("CN=Test authority");
        await File.WriteAllTextAsync(Path.Combine(_folder, "authorities.pem"), _authority.ExportCertificatePem());
        using var site = Issue(_authority, "CN=localhost", san => san.AddIpAddress(IPAddress.Loopback), serverSide: true);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "site.pfx"), site.Export(X509ContentType.Pkcs12));
        var c = World.Configuration;
        _server = await RunningServer.StartAsync(
            c with
            {
                Clients =
                [
                    .. c.Clients!, Tls("dn-agent", new TlsCertificateDefinition { SubjectDn = "CN=dn-agent,O=Corp" }), Tls("dns-agent", new TlsCertificateDefinition { SanDns = "agent.corp.example" }),
                    Tls("uri-agent", new TlsCertificateDefinition { SanUri = Workload }),
                ],
                Policies = [.. c.Policies!, World.Permit("tls", World.Triage, "dn-agent", "mail.read") with { Agents = ["dn-agent", "dns-agent", "uri-agent"] }],
            },
            b =>
            {
                b.Configuration["Tls:ClientAuthorities"] = Path.Combine(_folder, "authorities.pem");
                b.Configuration["Kestrel:Endpoints:Http:Url"] = b.Configuration["urls"];
                b.Configuration["Kestrel:Endpoints:Https:Url"] = $"https://127.0.0.1:{_port}";
                b.Configuration["Kestrel:Endpoints:Https:Certificate:Path"] = Path.Combine(_folder, "site.pfx");
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Requirement("RFC 8705", "2.1", "The certificate bears the name the client is registered with")]
    [Requirement("RFC 8705", "2.1.2", "The name is the subject, a DNS name or a URI")]
    [Requirement("RFC 9700", "2.5", "Clients can authenticate with asymmetric keys")]
    [Theory]
    [InlineData("dn-agent")]
    [InlineData("dns-agent")]
    [InlineData("uri-agent")]
    public async Task A_client_is_known_by_the_name_in_its_certificate(string client)
    {
        using var certificate = Good();

        var (status, body) = await ExchangeAsync(client, certificate);

        status.ShouldBe(200, body);
        Jwt.Payload((string)JsonNode.Parse(body)!["access_token"]!)["client_id"]!.GetValue<string>().ShouldBe(client);
    }

    public static TheoryData<string> Failures =>
    [
        "no certificate", "self-signed", "of another authority of the same name", "expired", "not for client authentication", "with another name", "with the name in the common name only", "of a client with a secret",
        "of an unknown client", "without client_id",
    ];

    [Requirement("RFC 8705", "2", "A client is the one its certificate belongs to; no certificate or another is invalid_client")]
    [Requirement("RFC 8705", "2", "The client names itself by client_id")]
    [Requirement("RFC 8705", "2.1", "The certificate bears the name the client is registered with")]
    [Requirement("RFC 8705", "2.1", "The certificate chains to a trusted authority")]
    [Requirement("RFC 8705", "2.1.2", "A name is taken from its own field of the certificate and not from one that looks alike")]
    [Requirement("RFC 8705", "7.4", "A certificate of another authority proves nothing, even of one of the same name")]
    [Requirement("RFC 8705", "7.5", "An expired certificate, or one for another use, proves nothing")]
    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Every_failure_looks_the_same_and_is_on_record(string failure)
    {
        var (client, certificate) = failure switch
        {
            "no certificate" => ("dn-agent", null),
            "self-signed" => ("dn-agent", Authority("CN=dn-agent,O=Corp")),
            "of another authority of the same name" => ("dn-agent", Issue(Authority("CN=Test authority"), "CN=dn-agent,O=Corp", Names)),
            "expired" => ("dn-agent", Issue(_authority, "CN=dn-agent,O=Corp", Names, until: RunningServer.Start.AddHours(-1))),
            "not for client authentication" => ("dn-agent", Issue(_authority, "CN=dn-agent,O=Corp", Names, serverSide: true)),
            "with another name" => ("dn-agent", Issue(_authority, "CN=dn-agent,O=Elsewhere", Names)),
            "with the name in the common name only" => ("dns-agent", Issue(_authority, "CN=agent.corp.example", san => san.AddDnsName("other.corp.example"))),
            "of a client with a secret" => (World.InboxAgent, Issue(_authority, $"CN={World.InboxAgent}", Names)),
            "of an unknown client" => ("nobody", Good()),
            "without client_id" => ((string?)null, Good()),
            _ => throw new ArgumentOutOfRangeException(nameof(failure)),
        };
        using var presented = certificate;

        var (status, body) = await ExchangeAsync(client, presented);

        body.ShouldBe($$"""{"error":"invalid_client","error_description":"Client authentication failed.","error_uri":"{{_server.Issuer}}/errors/client_authentication_failed"}""");
        status.ShouldBe(401);
        (await _server.LastRecordAsync()).Reason.ShouldBe("client_authentication_failed");
    }

    [Fact]
    public async Task A_client_with_a_secret_may_come_over_a_connection_with_a_certificate()
    {
        using var certificate = Good();

        (await ExchangeAsync(World.InboxAgent, certificate, ("client_secret", World.Secret))).Status.ShouldBe(200);
        (await ExchangeAsync("dn-agent", certificate, ("client_secret", World.Secret))).Status.ShouldBe(401);
    }

    [Requirement("RFC 8414", "2", "Methods of client authentication are those that are served")]
    [Requirement("RFC 8705", "2.1.1", "The metadata offer tls_client_auth where it is served")]
    [Fact]
    public async Task The_metadata_offer_it_where_it_is_served()
    {
        var document = JsonNode.Parse(await _server.Http.GetStringAsync("/.well-known/oauth-authorization-server"))!;

        document["token_endpoint_auth_methods_supported"]!.ToJsonString().ShouldBe("""["client_secret_basic","client_secret_post","private_key_jwt","tls_client_auth"]""");
    }

    private static ClientDefinition Tls(string id, TlsCertificateDefinition certificate) => new() { ClientId = id, Name = id, Kind = ClientKind.AiAgent, TlsCertificate = certificate };

    private static void Names(SubjectAlternativeNameBuilder san)
    {
        san.AddDnsName("agent.corp.example");
        san.AddUri(new Uri(Workload));
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2"), new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(From, From.AddYears(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, Action<SubjectAlternativeNameBuilder> names, bool serverSide = false, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var san = new SubjectAlternativeNameBuilder();
        names(san);
        request.CertificateExtensions.Add(san.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(serverSide ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(authority, From, until ?? From.AddMonths(6), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Good() => Issue(_authority, "CN=dn-agent, O=Corp", Names);

    private async Task<(int Status, string Body)> ExchangeAsync(string? client, X509Certificate2? certificate, params (string Name, string Value)[] more)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = RunningServer.Start.UtcDateTime, VerificationTimeIgnored = false,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_authority);
        handler.SslOptions.ClientCertificates = certificate is null ? [] : [certificate];

        using var http = new HttpClient(handler);
        (string Name, string? Value)[] form =
        [
            ("grant_type", GrantTypes.TokenExchange), ("client_id", client), ("subject_token", _server.Assertion()), ("subject_token_type", TokenTypes.Jwt), ("resource", World.Mail), ("purpose", World.Triage),
            .. more.Select(m => (m.Name, (string?)m.Value)),
        ];
        using var response = await http.PostAsync($"https://127.0.0.1:{_port}/token", new FormUrlEncodedContent(form.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value!))));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
