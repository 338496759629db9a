namespace TokenExchange.ResourceServer;

/// <summary>
/// How a relying app accepts actor tokens. <see cref="Authority"/> and <see cref="Resource"/> are required, everything else has a default.
/// A mistake stops the start of the app with a sentence that names the option and says what to write instead.
/// </summary>
public sealed class ActorTokenOptions
{
    /// <summary>
    /// The issuer of the tokens, compared with <c>iss</c> as an exact string (RFC 8414 §2): no slash may appear or vanish.
    /// Its metadata is read from <c>/.well-known/openid-configuration</c> below it. Required.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// This app's API, the only audience accepted (RFC 8707 §2). With and without a trailing slash it is the same resource. Required.
    /// </summary>
    public string? Resource { get; set; }

    /// <summary>The scopes published as <c>scopes_supported</c> (RFC 9728 §2). Default: none, and the member is left out.</summary>
    public IReadOnlyCollection<string> Scopes { get; set; } = [];

    /// <summary>
    /// Whether metadata, keys and introspection must be fetched over https. Default true; false is for development on one machine only,
    /// because whoever can change the keys on their way can sign tokens.
    /// </summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>
    /// The signature algorithms accepted (RFC 8725 §3.1), out of ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384 and RS512.
    /// Default: ES256 alone, which is what the server signs with. Entries bound from configuration are added to the default.
    /// </summary>
    public IReadOnlyCollection<string> Algorithms { get; set; } = ["ES256"];

    /// <summary>
    /// How far this machine's clock and the server's may differ, applied to <c>exp</c>, <c>nbf</c> and <c>iat</c>. 0 to 60 seconds, default 5 seconds:
    /// tokens live for minutes, and every second of skew is a second that each of them lives longer.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how long the authority's metadata and keys are fetched again, in the background. 10 seconds to 24 hours, default 5 minutes.
    /// A token with an unknown key id has them fetched at once, at most every 5 seconds.
    /// </summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How old the keys may become while the authority cannot be reached; after that every token is answered with 503, since a withdrawn key would
    /// go unnoticed. <see cref="KeyRefreshInterval"/> to 24 hours, default 1 hour, which is the longest that any token lives.
    /// </summary>
    public TimeSpan MaxKeyAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long one call to the authority may take. 100 milliseconds to 60 seconds, default 5 seconds.</summary>
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How calls to the authority are sent; for a proxy or a private certificate authority. Default: a handler that follows no redirect,
    /// because a redirect would carry the token or the keys somewhere the authority's own metadata did not name.
    /// </summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }

    /// <summary>
    /// Asks the authority about every token before it is accepted (RFC 7662), so that a revocation counts at once. Default null: tokens are
    /// checked offline only, and a revoked one is accepted until it expires.
    /// </summary>
    public ActorTokenIntrospection? Introspection { get; set; }

    /// <summary>
    /// Holds every token against the server's policies and revocations as they are now, without a call per request. Default null: a token is good for
    /// what it says until it expires.
    /// </summary>
    public ActorTokenEnforcement? Enforcement { get; set; }
}
