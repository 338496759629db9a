namespace TokenExchange.ResourceServer;

/// <summary>
/// The credentials with which a relying app asks about tokens at the authority's <c>introspection_endpoint</c> (RFC 7662), sent as
/// <c>client_secret_basic</c> (RFC 6749 §2.3.1). One call per request, and no answer is kept: a kept answer would outlive a revocation.
/// When the question cannot be asked or the answer not be read, the request is refused with 503.
/// </summary>
public sealed class ActorTokenIntrospection
{
    /// <summary>The relying app's own client id; the server must list it under the resource's clients. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret, as the server showed it once. Required; keep it out of files that are checked in.</summary>
    public string? ClientSecret { get; set; }
}
