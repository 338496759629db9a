using System.Net;

namespace TokenExchange.Client;

/// <summary>
/// The way to the server. It owns its connection pool instead of borrowing the application's HttpClient setup, for three reasons: redirects must
/// not be followed (they would carry the subject token to another place), cookies must not be kept, and no handler of the application's
/// other clients may see or repeat a request that holds a secret.
/// </summary>
internal sealed class Backchannel : IDisposable
{
    private const int MaxAnswerBytes = 256 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public Backchannel(TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>One answer, whole.</summary>
    public sealed record Answer(Uri From, HttpStatusCode StatusCode, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
    {
        /// <summary>An outage told as a sentence; the answer's body is not repeated, it might hold a token.</summary>
        public TokenExchangeException Unusable(string sentence, Exception? cause = null) =>
            new($"{From} {sentence}", cause) { StatusCode = StatusCode, RetryAfter = RetryAfter };
    }

    /// <summary>Sends a request and reads the answer, whatever its status.</summary>
    /// <exception cref="TokenExchangeException">No answer came, it came too late, or it is longer than 256 KiB.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var to = request.RequestUri!;
        try
        {
            request.Headers.Accept.Add(new("application/json"));
            using var response = await _http.SendAsync(request, cancellationToken);
            return new Answer(to, response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), RetryAfter(response));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TokenExchangeException($"{to} could not be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenExchangeException($"{to} did not answer within {_http.Timeout.TotalSeconds} s.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
