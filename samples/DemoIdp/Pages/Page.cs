using System.Globalization;
using System.Text.Encodings.Web;

namespace DemoIdp.Pages;

/// <summary>Markup. What is put into the holes of an interpolated text is escaped, unless it is markup itself.</summary>
/// <param name="Text">As it is sent.</param>
public sealed record Markup(string Text)
{
    private static readonly Escaping s_escaping = new();

    /// <summary>Makes markup from an interpolated text.</summary>
    public static Markup Of(FormattableString text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Markup(string.Format(s_escaping, text.Format, text.GetArguments()));
    }

    /// <summary>One after the other.</summary>
    public static Markup Of(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(p => p.Text)));

    private sealed class Escaping : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) =>
            arg is Markup markup ? markup.Text : HtmlEncoder.Default.Encode(Convert.ToString(arg, CultureInfo.InvariantCulture) ?? string.Empty);
    }
}

/// <summary>A whole page as an answer: no script, its own style sheet, nothing from elsewhere, in nobody's frame.</summary>
/// <param name="Content">What it says, with a heading.</param>
/// <param name="Status">The status.</param>
/// <param name="FormsLeadTo">Where its forms lead in the end, if that is another site: browsers hold redirects against <c>form-action</c> too.</param>
public sealed record Page(Markup Content, int Status = StatusCodes.Status200OK, string? FormsLeadTo = null) : IResult
{
    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var answer = httpContext.Response;
        answer.StatusCode = Status;
        answer.ContentType = "text/html; charset=utf-8";
        answer.Headers.CacheControl = "no-store";
        answer.Headers.XContentTypeOptions = "nosniff";
        answer.Headers["Referrer-Policy"] = "no-referrer";
        answer.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; form-action 'self'{Target()}; frame-ancestors 'none'; base-uri 'none'";
        return answer.WriteAsync(Markup.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta name="color-scheme" content="light dark">
              <title>Demo identity provider</title>
              <link rel="stylesheet" href="/demo-idp.css">
            </head>
            <body>
              <main>
                <p class="brand">Demo identity provider</p>
            {Content}
              </main>
            </body>
            </html>
            """).Text, httpContext.RequestAborted);
    }

    private string Target() => FormsLeadTo is null ? string.Empty : new Uri(FormsLeadTo) is { Scheme: "http" or "https" } web ? $" {web.GetLeftPart(UriPartial.Authority)}" : $" {new Uri(FormsLeadTo).Scheme}:";
}
