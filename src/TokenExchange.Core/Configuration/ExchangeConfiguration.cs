namespace TokenExchange.Core.Configuration;

/// <summary>
/// The whole configuration as people write it: the content of <c>exchange.json</c>. A section that is absent (null) is left as it is by
/// <c>apply</c>; a section that is present is made exactly so. Nothing here has been judged yet: validation is the reader's.
/// </summary>
public sealed record ExchangeConfiguration
{
    /// <summary>Identity providers whose session assertions are accepted.</summary>
    public IReadOnlyList<IssuerDefinition>? Issuers { get; init; }

    /// <summary>Relying apps' APIs.</summary>
    public IReadOnlyList<ResourceDefinition>? Resources { get; init; }

    /// <summary>Agents, services, relying apps' own clients and automation.</summary>
    public IReadOnlyList<ClientDefinition>? Clients { get; init; }

    /// <summary>Registered reasons to act.</summary>
    public IReadOnlyList<PurposeDefinition>? Purposes { get; init; }

    /// <summary>Who may act under a purpose, where and how far.</summary>
    public IReadOnlyList<PolicyDefinition>? Policies { get; init; }
}
