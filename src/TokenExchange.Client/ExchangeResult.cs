using System.Net;

namespace TokenExchange.Client;

/// <summary>
/// What came of an exchange: a token or a refusal. Both are expected, so both are values; an outage is a <see cref="TokenExchangeException"/>.
/// </summary>
public abstract record ExchangeResult
{
    private ExchangeResult()
    {
    }

    /// <summary>The server issued a token (RFC 8693 §2.2.1).</summary>
    /// <param name="Token">The token and what it is good for.</param>
    public sealed record Succeeded(IssuedToken Token) : ExchangeResult;

    /// <summary>The server refused (RFC 8693 §2.2.2, RFC 6749 §5.2). Asking the same again gives the same answer.</summary>
    /// <param name="Error">The error code, for example <c>invalid_scope</c>.</param>
    /// <param name="ErrorDescription">The rule that refused, in words for developers; null when the server did not say.</param>
    /// <param name="ErrorUri">Where that reason is explained; null when the server did not say.</param>
    /// <param name="AcrValues">
    /// With <c>insufficient_user_authentication</c> (RFC 9470 §3): the authentication context classes of which the user must reach one. Empty otherwise.
    /// </param>
    /// <param name="MaxAge">
    /// With <c>insufficient_user_authentication</c>: how old the user's sign-in may be (whole seconds on the wire). Null otherwise.
    /// </param>
    /// <param name="StatusCode">The HTTP status: 400, or 401 for <c>invalid_client</c>.</param>
    public sealed record Refused(
        string Error, string? ErrorDescription, string? ErrorUri, IReadOnlyList<string> AcrValues, TimeSpan? MaxAge, HttpStatusCode StatusCode)
        : ExchangeResult;
}
