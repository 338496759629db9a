using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using TokenExchange.Server.Tests.Fixtures;

namespace TokenExchange.Server.Tests.Administrators;

/// <summary>Somebody's browser: keeps cookies and follows no redirect. By the clock of the tests nothing it holds expires; whether a cookie is still good the server has to know.</summary>
public sealed class Browser : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="address">Of the server.</param>
    /// <param name="from">The address it sends from; null for the usual one.</param>
    public Browser(string address, string? from = null)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        if (from is not null)
        {
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public IDictionary<string, string> Cookies { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Every <c>Set-Cookie</c> there was, as it was.</summary>
    public IList<string> SetCookies { get; } = [];

    public Browser Copy()
    {
        var copy = new Browser(_http.BaseAddress!.ToString());
        foreach (var (name, value) in Cookies)
        {
            copy.Cookies[name] = value;
        }

        return copy;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var sent = request;
        if (Cookies.Count > 0)
        {
            sent.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        using var response = await _http.SendAsync(sent);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            Keep(cookie);
        }

        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }

    public void Dispose() => _http.Dispose();

    private void Keep(string cookie)
    {
        SetCookies.Add(cookie);
        var (name, value) = (cookie.Split('=', 2)[0], cookie.Split('=', 2)[1].Split(';')[0]);
        if (cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
        {
            Cookies.Remove(name);
        }
        else
        {
            Cookies[name] = value;
        }
    }
}
