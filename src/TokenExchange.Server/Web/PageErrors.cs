using System.Text.Encodings.Web;

namespace TokenExchange.Server.Web;

/// <summary>What somebody in a browser sees when there is no page: in words, with the way back, and nothing of what they sent.</summary>
internal static class PageErrors
{
    /// <summary>Answers what ended without a body, such as a page that is not there.</summary>
    public static void UsePageErrors(this WebApplication app) => app.UseWhen(WebSetup.IsPage, pages => pages.UseStatusCodePages(context =>
    {
        var http = context.HttpContext;
        return WriteAsync(http, http.Response.StatusCode);
    }));

    /// <summary>Writes the page for a status.</summary>
    public static Task WriteAsync(HttpContext http, int status)
    {
        var (title, words) = status switch
        {
            StatusCodes.Status400BadRequest => ("That did not work", "The form was too old, was sent from somewhere else, or has more fields than are read. Go back, load the page again, and try once more. Nothing was changed."),
            StatusCodes.Status403Forbidden => ("Not yours to do", "Your role does not include this. Ask an administrator if it should. Nothing was changed."),
            StatusCodes.Status404NotFound => ("There is no such page", "It may have been deleted or renamed, or the address has a mistake in it."),
            StatusCodes.Status413PayloadTooLarge => ("Too large", "What was sent is larger than this server reads. Nothing was changed."),
            StatusCodes.Status429TooManyRequests => ("Too fast", "More requests came from your address than this server answers. Wait a moment and try again."),
            StatusCodes.Status503ServiceUnavailable => ("Not available at the moment", "The server cannot keep its records now, so it changes nothing. Try again in a few seconds."),
            >= 500 => ("The server met an error of its own", "Nothing was changed. If it happens again, tell whoever runs this server when it was."),
            _ => ("That did not work", "The request could not be understood. Nothing was changed."),
        };
        var home = http.Request.Path.StartsWithSegments("/me", StringComparison.OrdinalIgnoreCase) ? "/me" : "/admin";
        var encode = HtmlEncoder.Default;
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{encode.Encode(title)} · TokenExchange</title>
              <link rel="stylesheet" href="/ui/lib/bootstrap.css">
              <link rel="stylesheet" href="/ui/css/base.css">
              <link rel="stylesheet" href="/ui/css/shell.css">
              <link rel="stylesheet" href="/ui/css/parts.css">
              <link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
            </head>
            <body class="alone">
              <main>
                <h1>{encode.Encode(title)}</h1>
                <p class="quiet">{encode.Encode(words)}</p>
                <p class="quiet small">Status {status}</p>
                <a class="btn btn-primary" href="{home}">Go to the start page</a>
              </main>
            </body>
            </html>
            """);
    }
}
