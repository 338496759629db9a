using AngleSharp.Dom;
using TokenExchange.Browser.Running;

namespace TokenExchange.Browser.Rights;

/// <summary>A page that was reached, and from where.</summary>
internal sealed record Crawled(string Path, string From, Reply Reply);

/// <summary>
/// Follows every link from where somebody starts, sends every form that only asks, and fetches what pages are made of. The same list with other parameters is
/// followed a few times only.
/// </summary>
internal sealed class Crawler(PlainVisitor visitor, Uri site, IReadOnlyList<string> texts)
{
    private const int MostOfOneShape = 6;
    private const int MostPages = 1500;

    private readonly Queue<(string Path, string From)> _open = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _shapes = new(StringComparer.Ordinal);

    /// <param name="visitor">Who crawls.</param>
    /// <param name="site">Where.</param>
    /// <param name="start">The first page.</param>
    /// <param name="texts">What is written into the fields of forms, each in turn; what already stands there is always sent once.</param>
    public static async Task<IReadOnlyList<Crawled>> CrawlAsync(PlainVisitor visitor, Uri site, string start, params IReadOnlyList<string> texts) => await new Crawler(visitor, site, texts).RunAsync(start);

    private async Task<IReadOnlyList<Crawled>> RunAsync(string start)
    {
        var reached = new List<Crawled>();
        Add(start, "the beginning", new Uri(site, "/"));
        while (_open.TryDequeue(out var next) && reached.Count < MostPages)
        {
            var reply = await visitor.GetAsync(next.Path);
            reached.Add(new Crawled(next.Path, next.From, reply));
            if (reply.Target is { } target)
            {
                Add(target.ToString(), next.Path, new Uri(site, next.Path));
            }
            else if (reply is { Status: 200, IsHtml: true } && IsOurs(next.Path))
            {
                Follow(reply.Document, next.Path);
            }
        }

        reached.Count.ShouldBeLessThan(MostPages, "what is reached has no end");
        return reached;
    }

    // Pages behind errors and the like are looked at, and their links are not followed.
    private static bool IsOurs(string path) => path.StartsWith("/admin", StringComparison.Ordinal) || path.StartsWith("/me", StringComparison.Ordinal);

    private void Follow(IDocument document, string path)
    {
        var here = new Uri(site, path);
        foreach (var element in document.QuerySelectorAll("[href], [src], [hx-get]"))
        {
            foreach (var address in new[] { element.GetAttribute("href"), element.GetAttribute("src"), element.GetAttribute("hx-get") }.OfType<string>())
            {
                Add(address, path, here);
            }
        }

        foreach (var form in document.QuerySelectorAll("form").Where(f => !string.Equals(f.GetAttribute("method"), "post", StringComparison.OrdinalIgnoreCase)))
        {
            // Browsers send no form in which something required is empty.
            if (form.QuerySelector("[required][value=''], input[required]:not([value])") is null)
            {
                Add(Submission(form, here, null), path, here);
            }

            foreach (var text in texts)
            {
                Add(Submission(form, here, text), path, here);
            }
        }
    }

    private static string Submission(IElement form, Uri here, string? text)
    {
        var fields = Form.FieldsOf(form).Select(f => KeyValuePair.Create(f.Name, (string?)(f.IsText && text is not null ? text : f.Value)));
        var action = form.GetAttribute("action") is { Length: > 0 } written ? new Uri(here, written).AbsolutePath : here.AbsolutePath;
        return action + Microsoft.AspNetCore.Http.QueryString.Create(fields);
    }

    private void Add(string address, string from, Uri here)
    {
        if (!Uri.TryCreate(here, address, out var target) || target.Authority != site.Authority || !target.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            return;
        }

        var path = target.PathAndQuery;
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(target.Query);
        var shape = $"{string.Concat(target.AbsolutePath.Select(c => char.IsAsciiDigit(c) ? '#' : c))} {string.Join(' ', query.Keys.Order(StringComparer.Ordinal))} {query.GetValueOrDefault("handler")}";
        if (!_seen.Contains(path) && _shapes.GetValueOrDefault(shape) < MostOfOneShape)
        {
            _seen.Add(path);
            _shapes[shape] = _shapes.GetValueOrDefault(shape) + 1;
            _open.Enqueue((path, from));
        }
    }
}
