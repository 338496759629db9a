namespace TokenExchange.Client;

/// <summary>How one <see cref="HttpClient"/> gets its actor tokens, and where it may send them.</summary>
public sealed class ActorTokenOptions : TokenExchangeClientOptions
{
    /// <summary>
    /// The relying app's API the tokens are for: an absolute URI without query and fragment, at most 512 characters (RFC 8707 §2).
    /// When it is an https (or loopback http) URL, requests may go to its origin. Required.
    /// </summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>The registered purpose. Default: none, which is right when exactly one purpose is open to this agent at the resource.</summary>
    public string? Purpose { get; set; }

    /// <summary>The scopes to ask for (RFC 6749 §3.3). Default: none, which asks for all that policy permits there under the purpose.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>
    /// Gives the token that stands for the user of a request. <see cref="HttpRequestMessageExtensions.SetSubjectToken"/> goes before it.
    /// Default: none; then every request must carry its own.
    /// </summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask<SubjectToken>>? SubjectToken { get; set; }

    /// <summary>
    /// Has the user sign in again, or more strongly, where the server or the relying app asks for it (RFC 9470), and gives the token that stands for the
    /// user from then on; null when it cannot be had. The exchange or the request is then tried once more. Requests of one user that wait for the same
    /// share one call, which is cancelled when none of them waits any more. Default: none; then the refusal or the 401 is the caller's.
    /// </summary>
    public Func<StepUpRequest, CancellationToken, Task<SubjectToken?>>? StepUp { get; set; }

    /// <summary>
    /// Further origins requests may go to, as <c>https://host</c> or <c>https://host:port</c> (http on loopback only). A request to any other
    /// origin is refused before anything is sent: a token must not reach a stranger. Default: none beside the resource's own.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>
    /// How long before its end a cached token is replaced, but never more than a quarter of its lifetime. Zero to 1 hour; default 30 seconds.
    /// </summary>
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most tokens kept in memory for this client, one per user. 1 to 1,000,000; default 1,000.</summary>
    public int MaxCachedTokens { get; set; } = 1_000;
}
