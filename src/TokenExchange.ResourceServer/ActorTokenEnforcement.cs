namespace TokenExchange.ResourceServer;

/// <summary>
/// How a relying app holds tokens against the server's policies and revocations as they are now, without a call per request: it keeps the signed policies of
/// its resource and follows the server's security events, both in its own client's name. What it has not heard from for too long, it does not go by: requests
/// are then answered with 503.
/// </summary>
public sealed class ActorTokenEnforcement
{
    /// <summary>The relying app's own client id; at the server a client of kind <c>resource</c> that is listed under the resource's clients. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret, as the server showed it once. Required; keep it out of files that are checked in.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// How old the policies may become while the server cannot be reached. They are fetched at once when the server tells of a change, and asked for every
    /// quarter of this, at least once a minute. 1 minute to 24 hours, default 10 minutes.
    /// </summary>
    public TimeSpan MaxPolicyAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long ago the server may have been heard from last about revocations. It is asked all the time, and answers within 20 seconds also when there is
    /// nothing to tell. 30 seconds to 1 hour, default 1 minute.
    /// </summary>
    public TimeSpan MaxRevocationAge { get; set; } = TimeSpan.FromMinutes(1);
}
