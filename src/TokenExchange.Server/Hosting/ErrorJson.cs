using Microsoft.Extensions.Options;
using TokenExchange.Server.Settings;

namespace TokenExchange.Server.Hosting;

/// <summary>Error answers (RFC 6749 §5.2) of what is refused outside OpenIddict's endpoints.</summary>
internal static class ErrorJson
{
    public static Task WriteAsync(HttpContext http, int status, string error, string description, string? code = null)
    {
        var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = error, ["error_description"] = description };
        if (code is not null)
        {
            body["error_uri"] = $"{http.RequestServices.GetRequiredService<IOptions<ExchangeSettings>>().Value.Issuer}/errors/{code}";
        }

        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsJsonAsync(body);
    }
}
