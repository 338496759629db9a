using System.Net;

namespace TokenExchange.Server.Tests.Me;

/// <summary>
/// A browser that goes where it is told. Its cookies are kept by hand: by name, whatever their port, as browsers do; and until they are deleted, because the server's clock is not ours.
/// </summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Every Set-Cookie there was, newest last.</summary>
    public List<string> Set { get; } = [];

    public Task<Seen> OpenAsync(string address, params (string Name, string Value)[] headers) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address), headers);

    public Task<Seen> PostAsync(string address, params (string Name, string Value)[] form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    /// <summary>A copy, as of somebody who has got hold of the cookies.</summary>
    public Browser Copy()
    {
        var copy = new Browser();
        foreach (var (name, value) in Cookies)
        {
            copy.Cookies[name] = value;
        }

        return copy;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Seen> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var answer = await _http.SendAsync(request);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var found) ? found : [])
        {
            Set.Add(cookie);
            var (name, value) = (cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]);
            if (value.Length == 0)
            {
                Cookies.Remove(name);
            }
            else
            {
                Cookies[name] = value;
            }
        }

        request.Dispose();
        return new Seen(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString,
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came back.</summary>
internal sealed record Seen(HttpStatusCode Status, string Body, string? Location, IReadOnlyDictionary<string, string> Headers);
