using System.Net;

namespace TokenExchange.Client;

/// <summary>
/// The exchange could not be carried out: the server was not reached, was unavailable (5xx, 429) or answered something that is no answer.
/// It is no refusal: the same exchange may succeed later.
/// </summary>
public sealed class TokenExchangeException : Exception
{
    internal TokenExchangeException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status the server answered; null when it did not answer.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>How long the server asks to wait (<c>Retry-After</c>, RFC 9110 §10.2.3); null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }
}
