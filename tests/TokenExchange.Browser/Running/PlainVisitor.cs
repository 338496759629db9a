using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace TokenExchange.Browser.Running;

/// <summary>Somebody who has cookies and forms and no browser: sends what they like, follows nothing by itself.</summary>
public sealed class PlainVisitor : IDisposable
{
    /// <summary>The field that shows that a form was made by this server.</summary>
    public const string TokenField = "_csrf";

    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private string? _token;

    public PlainVisitor(Uri address) =>
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };

    public IReadOnlyList<Cookie> Cookies => [.. _cookies.GetAllCookies().Cast<Cookie>()];

    public Task<Reply> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts a form with the token of this visitor's pages.</summary>
    public async Task<Reply> PostAsync(string path, params IEnumerable<(string Name, string Value)> form) => await PostRawAsync(path, [(TokenField, await TokenAsync()), .. form]);

    /// <summary>Posts exactly these fields.</summary>
    public Task<Reply> PostRawAsync(string path, params IEnumerable<(string Name, string Value)> form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    /// <summary>Sends a form of a page as a browser would, with some fields written anew or added.</summary>
    /// <param name="page">The page.</param>
    /// <param name="form">A selector of the form, or of the button in it that is pressed.</param>
    /// <param name="changes">What is written.</param>
    public Task<Reply> SubmitAsync(Reply page, string form, params IReadOnlyList<(string Name, string Value)> changes)
    {
        ArgumentNullException.ThrowIfNull(page);
        var element = page.Document.QuerySelector(form).ShouldNotBeNull($"{form} on {page.Asked}");
        var whole = element.Closest("form").ShouldNotBeNull();
        var fields = Form.FieldsOf(whole).Select(f => (f.Name, f.Value)).Where(f => !changes.Any(c => c.Name == f.Name)).Concat(changes);
        if (element != whole && element.GetAttribute("name") is { Length: > 0 } button)
        {
            fields = fields.Append((button, element.GetAttribute("value") ?? string.Empty));
        }

        return PostRawAsync((element.GetAttribute("formaction") ?? whole.GetAttribute("action")) is { Length: > 0 } action ? action : page.Asked, fields);
    }

    /// <summary>Follows where an answer leads.</summary>
    public Task<Reply> FollowAsync(Reply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return GetAsync(reply.Target.ShouldNotBeNull($"{reply.Status} {reply.Asked} {reply.Document.QuerySelector("main")?.TextContent}").PathAndQuery);
    }

    /// <summary>The token that this visitor's pages put into their forms: any of them has one, to sign out with.</summary>
    public async Task<string> TokenAsync()
    {
        if (_token is null)
        {
            foreach (var path in new[] { "/admin", "/admin/account", "/me", "/admin/sign-in" })
            {
                var page = await GetAsync(path);
                if (page.Status == 200 && page.Document.QuerySelector($"input[name={TokenField}]")?.GetAttribute("value") is { } token)
                {
                    return _token = token;
                }
            }
        }

        return _token ?? string.Empty;
    }

    /// <summary>Takes a cookie over.</summary>
    public void Plant(Cookie cookie)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        _cookies.Add(new Cookie(cookie.Name, cookie.Value, cookie.Path, cookie.Domain));
    }

    /// <summary>Who signs in or out is somebody else to forms.</summary>
    public void ForgetToken() => _token = null;

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using (request)
        {
            using var response = await _http.SendAsync(request);
            var target = response.Headers.Location is { } location ? new Uri(request.RequestUri!.IsAbsoluteUri ? request.RequestUri : new Uri(_http.BaseAddress!, request.RequestUri), location) : null;
            return new Reply(
                request.RequestUri!.ToString(), (int)response.StatusCode, await response.Content.ReadAsStringAsync(), target,
                response.Headers.Concat(response.Content.Headers).ToLookup(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>An answer as it came over the wire.</summary>
public sealed record Reply(string Asked, int Status, string Body, Uri? Target, ILookup<string, string> Headers)
{
    private IDocument? _document;

    /// <summary>The body as a browser would read it.</summary>
    public IDocument Document => _document ??= new HtmlParser().ParseDocument(Body);

    public bool IsHtml => Header("Content-Type").StartsWith("text/html", StringComparison.OrdinalIgnoreCase);

    public string Header(string name) => string.Join(", ", Headers[name]);
}
