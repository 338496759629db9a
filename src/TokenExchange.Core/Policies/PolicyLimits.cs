using TokenExchange.Core.Tokens;

namespace TokenExchange.Core.Policies;

/// <summary>How far a permit goes. Meanings, ranges and defaults: <see cref="Configuration.LimitsDefinition"/>.</summary>
public sealed record PolicyLimits
{
    /// <summary>Longest life of one token.</summary>
    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>Longest life of the delegation, from its first exchange.</summary>
    public required TimeSpan MaxDelegationAge { get; init; }

    /// <summary>Longest time since the user authenticated for the session to count; null means no limit.</summary>
    public TimeSpan? MaxSessionAge { get; init; }

    /// <summary>Greatest number of actors in the chain.</summary>
    public required int MaxChainDepth { get; init; }

    /// <summary>To whom the actor may hand on.</summary>
    public IReadOnlyList<Onward> OnwardTo { get; init; } = [];

    /// <summary>What the user's authentication must be like, whatever the scope.</summary>
    public AuthenticationRequirement Authentication { get; init; } = AuthenticationRequirement.None;

    /// <summary>What it must be like for single scopes, besides.</summary>
    public IReadOnlyDictionary<string, AuthenticationRequirement> PerScope { get; init; } = new Dictionary<string, AuthenticationRequirement>(StringComparer.Ordinal);
}

/// <summary>One party the actor may hand on to.</summary>
/// <param name="Agent">The receiving agent.</param>
/// <param name="Resource">Another resource, or null for the same one.</param>
/// <param name="Scopes">At the same resource an upper bound (null: none of its own); at another resource exactly what can be reached there.</param>
public sealed record Onward(string Agent, ResourceIndicator? Resource, ScopeSet? Scopes)
{
    /// <summary>
    /// What a receiver can reach at <paramref name="resource"/> with a token for <paramref name="held"/> carrying <paramref name="scopes"/>
    /// that is handed on to it: null when it is not named for that resource. Several entries for one receiver add up.
    /// </summary>
    public static ScopeSet? Ceiling(IEnumerable<Onward> entries, string receiver, ResourceIndicator resource, ResourceIndicator held, ScopeSet scopes)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ScopeSet? ceiling = null;
        foreach (var entry in entries.Where(e => string.Equals(e.Agent, receiver, StringComparison.Ordinal) && (e.Resource ?? held).Equals(resource)))
        {
            var same = resource.Equals(held);
            var reach = same ? (entry.Scopes is null ? scopes : scopes.Intersect(entry.Scopes)) : entry.Scopes ?? ScopeSet.Empty;
            ceiling = ceiling is null ? reach : ceiling.Union(reach);
        }

        return ceiling;
    }
}

/// <summary>What the user's authentication must be like.</summary>
/// <param name="MaxAge">How fresh; null means no limit.</param>
/// <param name="AcrValues">Acceptable <c>acr</c> values; empty means any.</param>
public sealed record AuthenticationRequirement(TimeSpan? MaxAge, IReadOnlyList<string> AcrValues)
{
    /// <summary>Nothing is required.</summary>
    public static AuthenticationRequirement None { get; } = new(null, []);

    /// <summary>Whether the authentication meets it. An <c>auth_time</c> or <c>acr</c> that is not known meets no requirement.</summary>
    public bool IsMetBy(UserAuthentication authentication, DateTimeOffset now) =>
        IsFresh(authentication, now) == true && IsStrong(authentication) == true;

    /// <summary>The same; null when the authentication does not say enough to know.</summary>
    internal bool? Holds(UserAuthentication authentication, DateTimeOffset now) => (IsFresh(authentication, now), IsStrong(authentication)) switch
    {
        (false, _) or (_, false) => false,
        (true, true) => true,
        _ => null,
    };

    private bool? IsFresh(UserAuthentication authentication, DateTimeOffset now) => MaxAge is not { } age ? true : authentication.Time is { } time ? now - time <= age : null;

    private bool? IsStrong(UserAuthentication authentication) =>
        AcrValues.Count == 0 ? true : authentication.ContextClass is { } acr ? AcrValues.Contains(acr, StringComparer.Ordinal) : null;
}
