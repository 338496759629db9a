using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>This app's own credentials as <c>client_secret_basic</c>.</summary>
internal static class ClientSecretBasic
{
    // RFC 6749 §2.3.1: both parts are form-encoded before they are joined, or a colon in the id would split it.
    public static AuthenticationHeaderValue Header(string? clientId, string? clientSecret) =>
        new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(clientSecret)}")));
}
