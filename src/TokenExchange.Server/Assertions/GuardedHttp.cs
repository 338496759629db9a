using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace TokenExchange.Server.Assertions;

/// <summary>
/// The only way out of this server: fetches small JSON documents from hosts that others name, and sends them what they asked to be sent. Public addresses only, judged after DNS resolution on the
/// very address that is then connected to; no redirects, no proxy, no cookies, https, a size cap and a time cap. A host that an administrator allowed for
/// an issuer is exempt from the address rule and may speak http. Connections are not kept: one that was allowed for one issuer must not serve another.
/// </summary>
public sealed class GuardedHttp : IDisposable
{
    private const int MaxBytes = 256 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);
    private static readonly HttpRequestOptionsKey<IReadOnlyList<string>> AllowedHosts = new("TokenExchange.AllowedHosts");

    private readonly SocketsHttpHandler _handler = new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
    };

    private readonly HttpClient _http;

    /// <summary>Makes it.</summary>
    public GuardedHttp() => _http = Bounded(_handler);

    /// <summary>For a library that sends requests of its own: under the same rules, for whatever it asks.</summary>
    /// <param name="allowedHosts">Hosts that are exempt from the address rule, at the moment of a request.</param>
    public HttpClient ClientFor(Func<CancellationToken, ValueTask<IReadOnlyList<string>>> allowedHosts) => Bounded(new Guard(_handler, allowedHosts));

    /// <summary>Fetches a document.</summary>
    /// <exception cref="HttpRequestException">It could not be had under these rules; the message says why and holds nothing secret.</exception>
    public async Task<byte[]> GetAsync(string address, IReadOnlyList<string> allowedHosts, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Acceptable(address, allowedHosts));
        request.Headers.Accept.ParseAdd("application/json");
        request.Options.Set(AllowedHosts, allowedHosts);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsByteArrayAsync(cancellationToken)
                : throw new HttpRequestException($"'{address}' answered {(int)response.StatusCode}.");
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"'{address}' did not answer within {MaxTime.TotalSeconds} s.", e);
        }
    }

    /// <summary>Sends a document, and returns the status and what was answered.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="mediaType">What it is.</param>
    /// <param name="body">The document.</param>
    /// <param name="authorization">The <c>Authorization</c> header; null for none.</param>
    /// <param name="allowedHosts">Hosts that are exempt from the address rule.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="HttpRequestException">It could not be sent under these rules; the message says why and holds nothing secret.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(
        string address, string mediaType, string body, string? authorization, IReadOnlyList<string> allowedHosts, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Acceptable(address, allowedHosts));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        request.Headers.Accept.ParseAdd("application/json");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        request.Options.Set(AllowedHosts, allowedHosts);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"'{address}' did not answer within {MaxTime.TotalSeconds} s.", e);
        }
    }

    /// <summary>Whether an address may be asked at all: https, or http at a host that is allowed; no user name, no fragment.</summary>
    public static bool IsAcceptable(string? address, IReadOnlyList<string> allowedHosts, [NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(address, UriKind.Absolute, out uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsAllowed(uri.IdnHost, allowedHosts)));

    /// <summary>Whether an address belongs to the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var a = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !NotPublic.Any(n => n.Contains(a));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    // IANA special-purpose address registries (RFC 6890), and the IPv6 ranges that embed IPv4 addresses.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static HttpClient Bounded(HttpMessageHandler handler) => new(handler) { MaxResponseContentBufferSize = MaxBytes, Timeout = MaxTime };

    private static Uri Acceptable(string? address, IReadOnlyList<string> allowedHosts) =>
        IsAcceptable(address, allowedHosts, out var uri) ? uri : throw new HttpRequestException($"'{address}' is not an https address.");

    private static bool IsAllowed(string host, IReadOnlyList<string> allowedHosts) => allowedHosts.Contains(host.Trim('[', ']'), StringComparer.OrdinalIgnoreCase);

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var exempt = context.InitialRequestMessage.Options.TryGetValue(AllowedHosts, out var allowed) && IsAllowed(host, allowed);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var usable = addresses.Where(a => exempt || IsPublic(a)).ToArray();
        if (usable.Length == 0)
        {
            throw new HttpRequestException($"'{host}' is not on the public internet; allowPrivateHosts of its issuer or client must name it.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Guard(SocketsHttpHandler handler, Func<CancellationToken, ValueTask<IReadOnlyList<string>>> allowedHosts) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _connections = new(handler, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var hosts = await allowedHosts(cancellationToken);
            request.RequestUri = Acceptable(request.RequestUri?.OriginalString, hosts);
            request.Options.Set(AllowedHosts, hosts);
            return await _connections.SendAsync(request, cancellationToken);
        }
    }
}
