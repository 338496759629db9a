using System.Net.Http.Headers;

namespace DemoIdp;

/// <summary>Whose session is over.</summary>
/// <param name="User">one of <see cref="DemoUsers"/>.</param>
/// <param name="SessionId">Which session; null is the user's one session while this program runs.</param>
public sealed record SignOutRequest(string? User, string? SessionId = null);

/// <summary>Signs users out, and tells the exchange server, so that what agents were lent from that session ends with it (OpenID SSF, RFC 8935).</summary>
/// <param name="assertions">Knows the sessions.</param>
/// <param name="http">To tell with.</param>
/// <param name="exchange">The issuer of the exchange server, which is its address.</param>
public sealed class SignOut(AssertionFactory assertions, HttpClient http, string exchange)
{
    /// <summary>Does it. Returns the security event token that was sent and the status it was answered with; 202 means it was taken.</summary>
    /// <exception cref="ArgumentException">There is no such user, or no session.</exception>
    /// <exception cref="HttpRequestException">The exchange server cannot be reached. A real identity provider would try again.</exception>
    public async Task<(string Event, int Answer)> RunAsync(SignOutRequest request, CancellationToken cancellationToken)
    {
        var told = assertions.EndSession(request, exchange);
        using var content = new StringContent(told, MediaTypeHeaderValue.Parse("application/secevent+jwt"));
        using var answer = await http.PostAsync(new Uri(exchange.TrimEnd('/') + "/ssf/events"), content, cancellationToken);
        return (told, (int)answer.StatusCode);
    }
}
