using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>
/// A policy as its form has it: texts and rows, so that whatever is typed is kept. Fields stand where the members of <see cref="PolicyDefinition"/> stand, so that
/// what is said of a member is said beside its field.
/// </summary>
public sealed class PolicyInput
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>The purpose it belongs to.</summary>
    public string? Purpose { get; set; }

    /// <summary><c>permit</c> or <c>deny</c>.</summary>
    public string? Effect { get; set; } = "permit";

    /// <summary>Agents that are ticked, by client id.</summary>
    public IList<string?> Agents { get; set; } = [];

    /// <summary>Further agents, separated by spaces.</summary>
    public string? MoreAgents { get; set; }

    /// <summary>Kinds that are ticked.</summary>
    public IList<string?> AgentKinds { get; set; } = [];

    /// <summary>Tags that are ticked.</summary>
    public IList<string?> AgentTags { get; set; } = [];

    /// <summary>Further tags, separated by spaces.</summary>
    public string? MoreTags { get; set; }

    /// <summary>Users acted for.</summary>
    public IList<SubjectInput> Subjects { get; set; } = [];

    /// <summary>The resource.</summary>
    public string? Resource { get; set; }

    /// <summary>Scopes that are ticked.</summary>
    public IList<string?> Scopes { get; set; } = [];

    /// <summary>How far it goes.</summary>
    public LimitsInput Limits { get; set; } = new();

    /// <summary>When it applies.</summary>
    public IList<ConditionInput> Conditions { get; set; } = [];

    /// <summary>A policy in its form.</summary>
    public static PolicyInput Of(PolicyDefinition policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyInput
        {
            Name = policy.Name, Purpose = policy.Purpose, Effect = policy.Effect, Agents = [.. policy.Agents], AgentKinds = [.. policy.AgentKinds], AgentTags = [.. policy.AgentTags],
            Subjects = [.. policy.Subjects.Select(SubjectInput.Of)], Resource = policy.Resource, Scopes = [.. policy.Scopes], Limits = LimitsInput.Of(policy.Limits),
            Conditions = [.. policy.Conditions.SelectMany(ConditionInput.Of)],
        };
    }

    /// <summary>The policy that is written; null with the fields that say nothing that a policy could hold. It is judged elsewhere.</summary>
    /// <param name="was">What it was before: what is the same in another order stays in that order, and what the form does not ask for stays as it is.</param>
    /// <param name="problems">Each with the member it belongs to.</param>
    public PolicyDefinition? Read(PolicyDefinition? was, out IReadOnlyList<MemberProblem> problems)
    {
        was ??= new PolicyDefinition();
        var found = new List<MemberProblem>();
        var policy = new PolicyDefinition
        {
            Name = FormText.Of(Name) ?? string.Empty,
            Purpose = Purpose ?? string.Empty,
            Effect = Effect ?? string.Empty,
            Agents = InOrder(was.Agents, Texts(Agents, MoreAgents)),
            AgentKinds = InOrder(was.AgentKinds, Texts(AgentKinds, null)),
            AgentTags = InOrder(was.AgentTags, Texts(AgentTags, MoreTags)),
            Subjects = [.. Subjects.Select((s, i) => s.Read($"subjects[{i}]", found))],
            Resource = Resource ?? string.Empty,
            Scopes = InOrder(was.Scopes, Texts(Scopes, null)),
            Limits = Limits.Read(was.Limits, found),
            Conditions = [.. Conditions.Select(c => c.Read(was.Conditions))],
        };
        problems = found;
        return found.Count == 0 ? policy : null;
    }

    /// <summary>What is ticked and what is typed besides, each once.</summary>
    internal static string[] Texts(IEnumerable<string?> ticked, string? more) => [.. ticked.OfType<string>().Concat(FormText.Words(more)).Distinct(StringComparer.Ordinal)];

    /// <summary>The same entries, those that were there before in the order they had.</summary>
    internal static string[] InOrder(IReadOnlyList<string> before, string[] now)
    {
        var wanted = now.ToHashSet(StringComparer.Ordinal);
        return [.. before.Where(wanted.Contains).Distinct(StringComparer.Ordinal), .. now.Except(before, StringComparer.Ordinal)];
    }
}

/// <summary>Users of one issuer.</summary>
public sealed class SubjectInput
{
    /// <summary>The trusted issuer.</summary>
    public string? Issuer { get; set; }

    /// <summary>What must be said about them.</summary>
    public IList<ClaimInput> Claims { get; set; } = [];

    /// <summary>In the form.</summary>
    public static SubjectInput Of(SubjectDefinition subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return new SubjectInput { Issuer = subject.Issuer, Claims = [.. subject.Claims.Select(c => new ClaimInput { Name = c.Key, Values = string.Join('\n', c.Value) })] };
    }

    internal SubjectDefinition Read(string member, List<MemberProblem> problems)
    {
        var claims = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (place, claim) in Claims.Index())
        {
            var (name, values) = (FormText.Of(claim.Name) ?? string.Empty, FormText.Lines(claim.Values));
            if ((name.Length > 0 || values.Length > 0) && !claims.TryAdd(name, values))
            {
                problems.Add(new MemberProblem($"{member}.claims[{place}].name", "each claim stands once: put all values that are accepted into one row"));
            }
        }

        return new SubjectDefinition { Issuer = Issuer ?? string.Empty, Claims = claims };
    }
}

/// <summary>A claim and the values that are accepted.</summary>
public sealed class ClaimInput
{
    /// <summary>The claim.</summary>
    public string? Name { get; set; }

    /// <summary>The values, one a line.</summary>
    public string? Values { get; set; }
}

/// <summary>One condition; which of its fields count says its kind.</summary>
public sealed class ConditionInput
{
    /// <summary><c>timeWindow</c>, <c>sourceNetwork</c>, <c>claimEquals</c> or <c>claimContains</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>Hours and days.</summary>
    public TimeWindowInput TimeWindow { get; set; } = new();

    /// <summary>Networks, one a line.</summary>
    public string? SourceNetwork { get; set; }

    /// <summary>A claim that is exactly so.</summary>
    public ClaimConditionInput ClaimEquals { get; set; } = new();

    /// <summary>A claim that has this among its values.</summary>
    public ClaimConditionInput ClaimContains { get; set; } = new();

    /// <summary>In the form. One with several members, which can stand in a draft that is wrong, becomes as many rows, since all of them must hold anyway.</summary>
    public static IEnumerable<ConditionInput> Of(ConditionDefinition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition.TimeWindow is { } window)
        {
            yield return new ConditionInput { Kind = "timeWindow", TimeWindow = new TimeWindowInput { Days = [.. window.Days], From = window.From, To = window.To, Zone = window.Zone } };
        }

        if (condition.SourceNetwork is { } networks)
        {
            yield return new ConditionInput { Kind = "sourceNetwork", SourceNetwork = string.Join('\n', networks) };
        }

        if (condition.ClaimEquals is { } equals)
        {
            yield return new ConditionInput { Kind = "claimEquals", ClaimEquals = new ClaimConditionInput { Claim = equals.Claim, Value = equals.Value } };
        }

        if (condition.ClaimContains is { } contains)
        {
            yield return new ConditionInput { Kind = "claimContains", ClaimContains = new ClaimConditionInput { Claim = contains.Claim, Value = contains.Value } };
        }
    }

    internal ConditionDefinition Read(IReadOnlyList<ConditionDefinition> before) => Kind switch
    {
        "timeWindow" => new ConditionDefinition { TimeWindow = TimeWindow.Read(before.Select(c => c.TimeWindow).OfType<TimeWindowDefinition>()) },
        "sourceNetwork" => new ConditionDefinition { SourceNetwork = FormText.Words(SourceNetwork) },
        "claimEquals" => new ConditionDefinition { ClaimEquals = ClaimEquals.Read() },
        "claimContains" => new ConditionDefinition { ClaimContains = ClaimContains.Read() },
        _ => new ConditionDefinition(),
    };
}

/// <summary>Hours and days.</summary>
public sealed class TimeWindowInput
{
    /// <summary><c>Mon</c> to <c>Sun</c>.</summary>
    public IList<string?> Days { get; set; } = [];

    /// <summary>First minute, <c>HH:mm</c>.</summary>
    public string? From { get; set; }

    /// <summary>First minute no longer in it, <c>HH:mm</c>.</summary>
    public string? To { get; set; }

    /// <summary>IANA time zone.</summary>
    public string? Zone { get; set; }

    // Days are ticked in the order of the week; the same days in another order are no change.
    internal TimeWindowDefinition Read(IEnumerable<TimeWindowDefinition> before)
    {
        var days = Days.OfType<string>().ToHashSet(StringComparer.Ordinal);
        return new TimeWindowDefinition
        {
            Days = before.FirstOrDefault(w => days.SetEquals(w.Days))?.Days ?? [.. days], From = FormText.Of(From) ?? string.Empty, To = FormText.Of(To) ?? string.Empty, Zone = FormText.Of(Zone) ?? string.Empty,
        };
    }
}

/// <summary>A claim and a value.</summary>
public sealed class ClaimConditionInput
{
    /// <summary>The claim.</summary>
    public string? Claim { get; set; }

    /// <summary>The value.</summary>
    public string? Value { get; set; }

    internal ClaimConditionDefinition Read() => new() { Claim = FormText.Of(Claim) ?? string.Empty, Value = FormText.Of(Value) ?? string.Empty };
}
