using System.Net;
using System.Text.RegularExpressions;

namespace TokenExchange.Samples.Tests.SignIn;

/// <summary>A browser without script: it keeps cookies, goes where it is sent when it is told to, and fills in the page on which people say who they are.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser() => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies });

    public CookieContainer Cookies { get; } = new();

    public Task<Seen> OpenAsync(string address) => SendAsync(new HttpRequestMessage(HttpMethod.Get, address));

    /// <summary>Opens an address and follows redirects to the end.</summary>
    public async Task<Seen> GoAsync(string address)
    {
        var seen = await OpenAsync(address);
        while (seen.Location is { } next)
        {
            seen = await OpenAsync(next);
        }

        return seen;
    }

    /// <summary>Sends the one form of a page, with a button's name and value.</summary>
    public Task<Seen> SubmitAsync(Seen page, params (string Name, string Value)[] fields)
    {
        var form = Form().Match(page.Body);
        form.Success.ShouldBeTrue(page.Body);
        return PostAsync(
            new Uri(new Uri(page.Address), WebUtility.HtmlDecode(form.Groups["action"].Value)).AbsoluteUri,
            [.. Hidden().Matches(page.Body).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value))), .. fields]);
    }

    public Task<Seen> PostAsync(string address, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    public void Dispose() => _http.Dispose();

    private async Task<Seen> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request);
        var address = request.RequestUri!.AbsoluteUri;
        request.Dispose();
        return new Seen(
            address, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location is { } to ? new Uri(new Uri(address), to).OriginalString : null,
            answer.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)">""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Hidden();
}

/// <summary>What came back.</summary>
internal sealed record Seen(string Address, int Status, string Body, string? Location, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A parameter of the address one is sent to.</summary>
    public string? Sent(string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(Location!).Query).TryGetValue(name, out var value) ? value.ToString() : null;
}
