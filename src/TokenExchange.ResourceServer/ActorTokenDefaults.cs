namespace TokenExchange.ResourceServer;

/// <summary>Names fixed by this package.</summary>
public static class ActorTokenDefaults
{
    /// <summary>The authentication scheme that accepts actor tokens.</summary>
    public const string AuthenticationScheme = "ActorToken";

    /// <summary>
    /// Where a relying app publishes its metadata (RFC 9728 §3). A resource with a path has that path appended, as the RFC says.
    /// </summary>
    public const string MetadataPath = "/.well-known/oauth-protected-resource";

    /// <summary>
    /// The error code of a 403 that is about the token's purpose. Ours: RFC 6750 §3.1 has a code for a missing scope and none for this.
    /// The accepted purposes stand beside it in the parameter <c>purpose</c>.
    /// </summary>
    public const string InsufficientPurpose = "insufficient_purpose";
}
