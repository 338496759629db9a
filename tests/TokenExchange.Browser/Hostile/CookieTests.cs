using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Browser.Running;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Hosting;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Browser.Hostile;

/// <summary>The server as it is in production, over TLS: what browsers are told of its cookies.</summary>
[Attack(HostileRows.CookieFlags)]
public sealed class CookieTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokenexchange-cookies-").FullName;
    private readonly CookieContainer _cookies = new();
    private readonly List<string> _set = [];
    private readonly string _issuer = $"https://127.0.0.1:{RunningServer.FreePort()}";
    private WebApplication _app = null!;
    private byte[] _certificate = [];

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "site.pfx"), Certificate());
        _app = ServerApp.Build(
            [
                "--environment=Production", $"--urls={_issuer}", $"--Exchange:Issuer={_issuer}", $"--Kestrel:Certificates:Default:Path={Path.Combine(_folder, "site.pfx")}",
                $"--ConnectionStrings:Exchange=Data Source={Path.Combine(_folder, "exchange.db")}", $"--Keys:RingDirectory={Path.Combine(_folder, "keys")}", "--Logging:LogLevel:Default=Error",
            ]);
        await ServerStart.PrepareAsync(_app, default);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_cookie_is_this_hosts_alone_and_no_scripts()
    {
        using var http = Client();
        await AppointAsync(http);
        var page = await SendAsync(http, HttpMethod.Get, "/admin/sign-in");
        var signedIn = await SendAsync(http, HttpMethod.Post, "/admin/sign-in", ("_csrf", TokenOf(page)), ("UserName", "ada"), ("Password", Who.Password));
        signedIn.ShouldBeEmpty("it leads on");
        var account = await SendAsync(http, HttpMethod.Get, "/admin/account");
        await SendAsync(http, HttpMethod.Post, "/admin/account?handler=Elsewhere", ("_csrf", TokenOf(account)));

        _set.Select(c => c.Split('=')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(["__Host-exchange-admin", "__Host-exchange-csrf", "__Host-exchange-notice"]);
        foreach (var cookie in _set)
        {
            var flags = cookie.Split("; ").Skip(1).Where(f => !f.StartsWith("expires", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
            flags.ShouldBe(["httponly", "path=/", cookie.StartsWith("__Host-exchange-admin", StringComparison.Ordinal) ? "samesite=lax" : "samesite=strict", "secure"], customMessage: cookie.Split('=')[0]);
        }
    }

    [Fact]
    public async Task A_browser_is_told_to_come_over_TLS_only()
    {
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/sign-in") { Headers = { Host = "exchange.example" } };
        using var response = await http.SendAsync(request);

        response.Headers.GetValues("Strict-Transport-Security").ShouldHaveSingleItem().ShouldStartWith("max-age=");
    }

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        CookieContainer = _cookies, AllowAutoRedirect = false, UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null && seen.GetCertHash(HashAlgorithmName.SHA256).AsSpan().SequenceEqual(_certificate) },
    }) { BaseAddress = new Uri(_issuer) };

    private async Task AppointAsync(HttpClient http)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<AdministratorEditor>().InviteAsync(new NewAdministrator("ada", null, [Roles.Administrator]), AdministratorEditor.Command, default);
        var link = outcome.ShouldBeOfType<AdministratorOutcome.Invited>().Link;
        var page = await SendAsync(http, HttpMethod.Get, link);
        await SendAsync(http, HttpMethod.Post, link, ("_csrf", TokenOf(page)), ("Password", Who.Password));
    }

    private async Task<string> SendAsync(HttpClient http, HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, path) { Content = form.Length == 0 ? null : new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        using var response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBeOneOf([200, 302], path);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            _set.AddRange(cookies);
        }

        return await response.Content.ReadAsStringAsync();
    }

    private static string TokenOf(string page) => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page).QuerySelector("input[name=_csrf]")!.GetAttribute("value")!;

    private byte[] Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _certificate = certificate.GetCertHash(HashAlgorithmName.SHA256);
        return certificate.Export(X509ContentType.Pfx);
    }
}
