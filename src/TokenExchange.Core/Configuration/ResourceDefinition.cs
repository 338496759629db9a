namespace TokenExchange.Core.Configuration;

/// <summary>A relying app's API.</summary>
public sealed record ResourceDefinition
{
    /// <summary>Absolute URI, the <c>aud</c> of tokens for it.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Who answers for it; free text.</summary>
    public string? Owner { get; init; }

    /// <summary>Clients of kind <c>resource</c> that may introspect its tokens.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>The scopes that mean something there. At least one.</summary>
    public IReadOnlyList<ScopeDefinition> Scopes { get; init; } = [];

    /// <summary>Whether tokens for it must be bound to a key; only <c>none</c> is available yet.</summary>
    public string SenderConstraint { get; init; } = "none";

    /// <summary>Whether tokens are issued for it. Default true.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>A scope of one resource.</summary>
public sealed record ScopeDefinition
{
    /// <summary>The scope token, RFC 6749 §3.3.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>What it lets a caller do, in words a user understands.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Whether its use is sensitive. Relying apps that ask before an action are told so with the answer, and users are shown it; what makes the server be asked is the relying app's own mark. Default false.</summary>
    public bool Sensitive { get; init; }
}
