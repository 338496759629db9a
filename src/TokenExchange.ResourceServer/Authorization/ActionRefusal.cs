using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Authorization;

/// <summary>Why the server, asked before a sensitive action, did not permit it.</summary>
internal abstract record ActionRefusal
{
    private ActionRefusal()
    {
    }

    /// <summary>The token is no longer good, or nobody can say whether it is.</summary>
    public sealed record OfToken(TokenRefusal Refusal) : ActionRefusal;

    /// <summary>The user's sign-in is not fresh or strong enough for this (RFC 9470).</summary>
    public sealed record StepUp(string? AcrValues, string? MaxAge) : ActionRefusal;

    /// <summary>The policies do not permit it; no other token would help.</summary>
    public sealed record Denied : ActionRefusal;
}
