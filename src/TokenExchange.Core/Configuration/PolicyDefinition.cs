namespace TokenExchange.Core.Configuration;

/// <summary>A registered reason to act.</summary>
public sealed record PurposeDefinition
{
    /// <summary>The id, e.g. <c>inbox.triage</c>: 1 to 100 of <c>a-z 0-9 . _ -</c>.</summary>
    public string Purpose { get; init; } = string.Empty;

    /// <summary>A few words for the user.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>A sentence for the user.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary><c>active</c> or <c>retired</c>. Default active.</summary>
    public string State { get; init; } = "active";
}

/// <summary>Who may (or may not) act under a purpose, for whom, where and how far.</summary>
public sealed record PolicyDefinition
{
    /// <summary>Unique name, e.g. <c>triage-by-inbox-agent</c>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The purpose it belongs to.</summary>
    public string Purpose { get; init; } = string.Empty;

    /// <summary><c>permit</c> or <c>deny</c>; a deny overrides every permit.</summary>
    public string Effect { get; init; } = "permit";

    /// <summary>Agents by client id. An agent is selected when any of the three lists selects it.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>Agents by kind.</summary>
    public IReadOnlyList<string> AgentKinds { get; init; } = [];

    /// <summary>Agents by tag.</summary>
    public IReadOnlyList<string> AgentTags { get; init; } = [];

    /// <summary>Users acted for; any entry that matches is enough.</summary>
    public IReadOnlyList<SubjectDefinition> Subjects { get; init; } = [];

    /// <summary>The resource.</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>Scopes at that resource. For a deny, empty means all.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>How far a permit goes.</summary>
    public LimitsDefinition Limits { get; init; } = new();

    /// <summary>When it applies; all must hold.</summary>
    public IReadOnlyList<ConditionDefinition> Conditions { get; init; } = [];
}

/// <summary>Users of one issuer, narrowed by verified claims of their assertions.</summary>
public sealed record SubjectDefinition
{
    /// <summary>The trusted issuer.</summary>
    public string Issuer { get; init; } = string.Empty;

    /// <summary>Claim name to accepted values; each named claim must have one of its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
}

/// <summary>How far a permit goes.</summary>
public sealed record LimitsDefinition
{
    /// <summary>Longest life of one token; 1 s to 60 min, default 5 min.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From the first exchange; after it the user must lend again. 1 s to 30 days, default 8 h.</summary>
    public TimeSpan MaxDelegationAge { get; init; } = TimeSpan.FromHours(8);

    /// <summary>From the user's authentication (<c>auth_time</c>); null means no limit.</summary>
    public TimeSpan? MaxSessionAge { get; init; }

    /// <summary>Actors in the chain; 1 to 10, default 1.</summary>
    public int MaxChainDepth { get; init; } = 1;

    /// <summary>To whom the actor may hand on.</summary>
    public IReadOnlyList<OnwardDefinition> OnwardTo { get; init; } = [];

    /// <summary>How fresh the user's authentication must be; null means no limit.</summary>
    public TimeSpan? MaxAuthAge { get; init; }

    /// <summary>Acceptable <c>acr</c> values; empty means any.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>Stricter authentication for single scopes.</summary>
    public IReadOnlyDictionary<string, AuthenticationDefinition> PerScope { get; init; } = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal);

    /// <summary><c>none</c>; first use and every use are not available yet.</summary>
    public string Approval { get; init; } = "none";

    /// <summary><c>none</c>; DPoP and mTLS are not available yet.</summary>
    public string SenderConstraint { get; init; } = "none";
}

/// <summary>What the user's authentication must be like for one scope.</summary>
public sealed record AuthenticationDefinition
{
    /// <summary>How fresh; null means no limit.</summary>
    public TimeSpan? MaxAuthAge { get; init; }

    /// <summary>Acceptable <c>acr</c> values; empty means any.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];
}

/// <summary>One party the actor may hand on to.</summary>
public sealed record OnwardDefinition
{
    /// <summary>The receiving agent's client id.</summary>
    public string Agent { get; init; } = string.Empty;

    /// <summary>Another resource; null means the same one.</summary>
    public string? Resource { get; init; }

    /// <summary>At the same resource: a narrower limit, empty meaning the token's own scopes. At another resource: exactly these.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}

/// <summary>One condition: exactly one member is set.</summary>
public sealed record ConditionDefinition
{
    /// <summary>Within these hours on these days.</summary>
    public TimeWindowDefinition? TimeWindow { get; init; }

    /// <summary>The agent calls from one of these networks (CIDR).</summary>
    public IReadOnlyList<string>? SourceNetwork { get; init; }

    /// <summary>A verified claim of the assertion is exactly this.</summary>
    public ClaimConditionDefinition? ClaimEquals { get; init; }

    /// <summary>A verified claim of the assertion has this among its values.</summary>
    public ClaimConditionDefinition? ClaimContains { get; init; }
}

/// <summary>Hours of the day in a time zone. When <see cref="To"/> is not after <see cref="From"/> the window ends the next day.</summary>
public sealed record TimeWindowDefinition
{
    /// <summary><c>Mon</c> to <c>Sun</c>: the days the window starts on.</summary>
    public IReadOnlyList<string> Days { get; init; } = [];

    /// <summary>First minute, <c>HH:mm</c>.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>First minute no longer in it, <c>HH:mm</c>.</summary>
    public string To { get; init; } = string.Empty;

    /// <summary>IANA time zone, e.g. <c>Europe/Berlin</c>.</summary>
    public string Zone { get; init; } = string.Empty;
}

/// <summary>A claim and the value it is held against.</summary>
public sealed record ClaimConditionDefinition
{
    /// <summary>Claim name.</summary>
    public string Claim { get; init; } = string.Empty;

    /// <summary>Value, compared exactly.</summary>
    public string Value { get; init; } = string.Empty;
}
