namespace TokenExchange.Client;

/// <summary>What one exchange asks for (RFC 8693 §2.1).</summary>
/// <param name="SubjectToken">The token that stands for the user.</param>
/// <param name="Resource">
/// The one relying app the token is for: an absolute URI without query and fragment, at most 512 characters (RFC 8707 §2).
/// </param>
public sealed record ExchangeParameters(SubjectToken SubjectToken, string Resource)
{
    /// <summary>The registered purpose. Null (the default) when exactly one purpose is open to this agent at the resource.</summary>
    public string? Purpose { get; init; }

    /// <summary>The scopes wanted (RFC 6749 §3.3). Empty (the default) asks for all that policy permits there under the purpose.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
