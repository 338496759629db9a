using System.Globalization;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Policies.Drafts;

/// <summary>How far a policy goes, as its form has it. What is left empty is the default.</summary>
public sealed class LimitsInput
{
    private const string NoDuration = "write a number, e.g. 5, and choose its unit";

    /// <summary>Longest life of one token.</summary>
    public DurationInput MaxLifetime { get; set; } = new();

    /// <summary>Longest life of the delegation.</summary>
    public DurationInput MaxDelegationAge { get; set; } = new();

    /// <summary>Oldest session.</summary>
    public DurationInput MaxSessionAge { get; set; } = new();

    /// <summary>Actors in the chain.</summary>
    public string? MaxChainDepth { get; set; }

    /// <summary>To whom it may be handed on.</summary>
    public IList<OnwardInput> OnwardTo { get; set; } = [];

    /// <summary>Oldest sign-in.</summary>
    public DurationInput MaxAuthAge { get; set; } = new();

    /// <summary>Acceptable <c>acr</c> values, separated by spaces.</summary>
    public string? AcrValues { get; set; }

    /// <summary>Stricter authentication for single scopes.</summary>
    public IList<PerScopeInput> PerScope { get; set; } = [];

    /// <summary><c>none</c>, or what a draft that is wrong says.</summary>
    public string? Approval { get; set; }

    /// <summary><c>none</c>, or what a draft that is wrong says.</summary>
    public string? SenderConstraint { get; set; }

    /// <summary>In the form.</summary>
    public static LimitsInput Of(LimitsDefinition limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new LimitsInput
        {
            MaxLifetime = DurationInput.Of(limits.MaxLifetime), MaxDelegationAge = DurationInput.Of(limits.MaxDelegationAge), MaxSessionAge = DurationInput.Of(limits.MaxSessionAge),
            MaxChainDepth = limits.MaxChainDepth.ToString(CultureInfo.InvariantCulture), OnwardTo = [.. limits.OnwardTo.Select(OnwardInput.Of)], MaxAuthAge = DurationInput.Of(limits.MaxAuthAge),
            AcrValues = string.Join(' ', limits.AcrValues), PerScope = [.. limits.PerScope.Select(p => PerScopeInput.Of(p.Key, p.Value))], Approval = limits.Approval, SenderConstraint = limits.SenderConstraint,
        };
    }

    internal LimitsDefinition Read(LimitsDefinition was, List<MemberProblem> problems)
    {
        var usual = new LimitsDefinition();
        return new LimitsDefinition
        {
            MaxLifetime = Read(MaxLifetime, "limits.maxLifetime", problems) ?? usual.MaxLifetime,
            MaxDelegationAge = Read(MaxDelegationAge, "limits.maxDelegationAge", problems) ?? usual.MaxDelegationAge,
            MaxSessionAge = Read(MaxSessionAge, "limits.maxSessionAge", problems),
            MaxChainDepth = Depth(usual.MaxChainDepth, problems),
            OnwardTo = [.. OnwardTo.Select((o, i) => o.Read(was.OnwardTo.ElementAtOrDefault(i)))],
            MaxAuthAge = Read(MaxAuthAge, "limits.maxAuthAge", problems),
            AcrValues = PolicyInput.InOrder(was.AcrValues, FormText.Words(AcrValues)),
            PerScope = ReadPerScope(problems),
            Approval = Approval ?? usual.Approval,
            SenderConstraint = SenderConstraint ?? usual.SenderConstraint,
        };
    }

    internal static TimeSpan? Read(DurationInput input, string member, List<MemberProblem> problems)
    {
        if (!input.TryRead(out var duration))
        {
            problems.Add(new MemberProblem(member, NoDuration));
        }

        return duration;
    }

    private int Depth(int usual, List<MemberProblem> problems)
    {
        if (FormText.Of(MaxChainDepth) is not { } written)
        {
            return usual;
        }

        if (!int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var depth))
        {
            problems.Add(new MemberProblem("limits.maxChainDepth", "write a whole number"));
        }

        return depth;
    }

    private Dictionary<string, AuthenticationDefinition> ReadPerScope(List<MemberProblem> problems)
    {
        var read = new Dictionary<string, AuthenticationDefinition>(StringComparer.Ordinal);
        foreach (var (place, row) in PerScope.Index())
        {
            var member = $"limits.perScope[{place}]";
            var value = new AuthenticationDefinition { MaxAuthAge = Read(row.MaxAuthAge, $"{member}.maxAuthAge", problems), AcrValues = FormText.Words(row.AcrValues) };
            if (string.IsNullOrEmpty(row.Scope))
            {
                problems.Add(new MemberProblem($"{member}.scope", "choose a scope, or remove the row"));
            }
            else if (!read.TryAdd(row.Scope, value))
            {
                problems.Add(new MemberProblem($"{member}.scope", "each scope stands once"));
            }
        }

        return read;
    }
}

/// <summary>One party the actor may hand on to.</summary>
public sealed class OnwardInput
{
    /// <summary>The receiving agent.</summary>
    public string? Agent { get; set; }

    /// <summary>Another resource; empty for the same one.</summary>
    public string? Resource { get; set; }

    /// <summary>Scopes that are ticked.</summary>
    public IList<string?> Scopes { get; set; } = [];

    /// <summary>In the form.</summary>
    public static OnwardInput Of(OnwardDefinition onward)
    {
        ArgumentNullException.ThrowIfNull(onward);
        return new OnwardInput { Agent = onward.Agent, Resource = onward.Resource, Scopes = [.. onward.Scopes] };
    }

    internal OnwardDefinition Read(OnwardDefinition? was) => new()
    {
        Agent = Agent ?? string.Empty, Resource = string.IsNullOrEmpty(Resource) ? null : Resource, Scopes = PolicyInput.InOrder(was?.Scopes ?? [], PolicyInput.Texts(Scopes, null)),
    };
}

/// <summary>What the user's authentication must be like for one scope.</summary>
public sealed class PerScopeInput
{
    /// <summary>The scope.</summary>
    public string? Scope { get; set; }

    /// <summary>How fresh.</summary>
    public DurationInput MaxAuthAge { get; set; } = new();

    /// <summary>Acceptable <c>acr</c> values, separated by spaces.</summary>
    public string? AcrValues { get; set; }

    /// <summary>In the form.</summary>
    public static PerScopeInput Of(string scope, AuthenticationDefinition authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        return new PerScopeInput { Scope = scope, MaxAuthAge = DurationInput.Of(authentication.MaxAuthAge), AcrValues = string.Join(' ', authentication.AcrValues) };
    }
}
