using System.Net;
using FluentValidation;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Core.Tokens;

namespace TokenExchange.Server.Configuration;

/// <summary>Judges one policy, and that everything it names exists.</summary>
internal sealed class PolicyValidator : AbstractValidator<PolicyDefinition>
{
    public PolicyValidator(ConfiguredNames names)
    {
        RuleFor(p => p.Name).Must(n => ConfigurationValidator.IsIdentifier(n) && n.Length <= 200).WithMessage("write a name of 1 to 200 printable ASCII characters without space");
        RuleFor(p => p.Purpose).Must(names.IsPurpose).WithMessage("'{PropertyValue}' is not a purpose");
        RuleFor(p => p.Effect).Must(e => e is "permit" or "deny").WithMessage("write permit or deny");
        RuleFor(p => p).Must(p => p.Agents.Count + p.AgentKinds.Count + p.AgentTags.Count > 0).OverridePropertyName("Agents")
            .WithMessage("name at least one agent, agent kind or agent tag");
        RuleForEach(p => p.Agents).Must(names.IsAgent)
            .WithMessage("'{PropertyValue}' is not a client of kind ai_agent or service");
        RuleForEach(p => p.AgentKinds).Must(ClientKind.IsAgent).WithMessage("write ai_agent or service");
        RuleForEach(p => p.AgentTags).Must(ConfigurationValidator.IsIdentifier).WithMessage("a tag is printable ASCII without space");
        RuleFor(p => p.Subjects).NotEmpty().WithMessage("say for which users: at least one entry with an issuer");
        RuleForEach(p => p.Subjects).ChildRules(subject =>
        {
            subject.RuleFor(s => s.Issuer).Must(names.IsIssuer).WithMessage("the issuer is not a trusted issuer");
            subject.RuleFor(s => s.Claims).Must(c => c.All(x => ConfigurationValidator.IsIdentifier(x.Key) && x.Value.Count > 0)).WithMessage("each claim needs a name and at least one value");
        });
        RuleFor(p => p.Resource).Must(names.IsResource).WithMessage("'{PropertyValue}' is not a resource");
        RuleFor(p => p.Scopes).Must((p, scopes) => p.Effect == "deny" || scopes.Count > 0).WithMessage("a permit names at least one scope");
        RuleForEach(p => p.Scopes).Must((p, scope) => names.AreScopesOf(p.Resource, [scope])).WithMessage("'{PropertyValue}' is not a scope of the resource");
        RuleFor(p => p.Limits).SetValidator(p => new LimitsValidator(p, names));
        RuleForEach(p => p.Conditions).SetValidator(new ConditionValidator());
    }
}

/// <summary>Judges the limits of a policy.</summary>
internal sealed class LimitsValidator : AbstractValidator<LimitsDefinition>
{
    /// <summary>The shortest that any duration can be.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest that one token can live.</summary>
    public static readonly TimeSpan LongestLifetime = TokenLifetime.Longest;

    /// <summary>The longest that a delegation can go on.</summary>
    public static readonly TimeSpan LongestDelegation = TimeSpan.FromDays(30);

    public LimitsValidator(PolicyDefinition policy, ConfiguredNames names)
    {
        RuleFor(l => l.MaxLifetime).InclusiveBetween(Shortest, LongestLifetime).WithMessage($"write a duration from {Shortest:c} to {LongestLifetime:c}");
        RuleFor(l => l.MaxDelegationAge).InclusiveBetween(Shortest, LongestDelegation).WithMessage($"write a duration from {Shortest:c} to {LongestDelegation:c}");
        RuleFor(l => l.MaxSessionAge).Must(IsPositive).WithMessage($"write a duration of at least {Shortest:c}, or null");
        RuleFor(l => l.MaxAuthAge).Must(IsPositive).WithMessage($"write a duration of at least {Shortest:c}, or null");
        RuleFor(l => l.MaxChainDepth).InclusiveBetween(1, ActChain.MaxDepth).WithMessage($"write a number from 1 to {ActChain.MaxDepth}");
        RuleFor(l => l.AcrValues).Must(a => a.All(ConfigurationValidator.IsIdentifier)).WithMessage("an acr value is printable ASCII without space");
        RuleFor(l => l.PerScope).Must(p => p.All(x => policy.Scopes.Contains(x.Key, StringComparer.Ordinal))).WithMessage("name only scopes of this policy");
        RuleFor(l => l.PerScope).Must(p => p.Values.All(x => IsPositive(x.MaxAuthAge) && x.AcrValues.All(ConfigurationValidator.IsIdentifier)))
            .WithMessage($"maxAuthAge is a duration of at least {Shortest:c} or null; an acr value is printable ASCII without space");
        RuleFor(l => l.OnwardTo).Must(o => o.Count <= MayAct.MaxParties).WithMessage($"name at most {MayAct.MaxParties} receivers");
        RuleForEach(l => l.OnwardTo).ChildRules(onward =>
        {
            onward.RuleFor(o => o.Agent).Must(names.IsAgent).WithMessage("the agent is not a client of kind ai_agent or service");
            onward.RuleFor(o => o.Resource).Must(r => r is null || names.IsResource(r)).WithMessage("the resource is not a resource");
            onward.RuleFor(o => o.Scopes).Must((o, scopes) => o.Resource is null || scopes.Count > 0).WithMessage("with another resource, name exactly the scopes that can be reached there");
            onward.RuleFor(o => o.Scopes).Must((o, scopes) => names.AreScopesOf(o.Resource ?? policy.Resource, scopes)).WithMessage("a scope is not one of the resource");
        });
        RuleFor(l => l.Approval).Equal("none").WithMessage("approval is not available yet: write none or leave it out");
        RuleFor(l => l.SenderConstraint).Equal("none").WithMessage("sender constraints are not available yet: write none or leave it out");
    }

    private static bool IsPositive(TimeSpan? duration) => duration is null || duration >= Shortest;
}

/// <summary>Judges a condition.</summary>
internal sealed class ConditionValidator : AbstractValidator<ConditionDefinition>
{
    public ConditionValidator()
    {
        RuleFor(c => c).Must(c => new object?[] { c.TimeWindow, c.SourceNetwork, c.ClaimEquals, c.ClaimContains }.Count(x => x is not null) == 1)
            .OverridePropertyName("TimeWindow").WithMessage("give exactly one of timeWindow, sourceNetwork, claimEquals and claimContains");
        RuleFor(c => c.TimeWindow!).SetValidator(new TimeWindowValidator()).When(c => c.TimeWindow is not null);
        RuleFor(c => c.SourceNetwork).Must(n => n is null || (n.Count > 0 && n.All(IsNetwork)))
            .WithMessage("write one or more networks in CIDR notation, e.g. 10.0.0.0/8, with no bits set beyond the prefix");
        RuleFor(c => c.ClaimEquals).Must(IsComplete).WithMessage("claim and value are both needed");
        RuleFor(c => c.ClaimContains).Must(IsComplete).WithMessage("claim and value are both needed");
    }

    // .NET drops the bits beyond the prefix; whoever wrote 10.0.0.1/8 may have meant one address and would admit a whole network.
    private static bool IsNetwork(string text) =>
        IPNetwork.TryParse(text, out var network) && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var written) && written.Equals(network.BaseAddress);

    private static bool IsComplete(ClaimConditionDefinition? condition) => condition is null || (ConfigurationValidator.IsIdentifier(condition.Claim) && condition.Value.Length > 0);
}

/// <summary>Judges a time window.</summary>
internal sealed class TimeWindowValidator : AbstractValidator<TimeWindowDefinition>
{
    public TimeWindowValidator()
    {
        RuleFor(w => w.Days).Must(days => days.Count > 0 && days.All(d => PolicyParser.TryParseDay(d, out _))).WithMessage("days are one or more of Mon, Tue, Wed, Thu, Fri, Sat, Sun");
        RuleFor(w => w.From).Must(IsTime).WithMessage("from and to are times of day, HH:mm");
        RuleFor(w => w.To).Must(IsTime).WithMessage("from and to are times of day, HH:mm");
        RuleFor(w => w.Zone).Must(zone => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)).WithMessage("zone is not a time zone this machine knows; write an IANA name, e.g. Europe/Berlin");
    }

    private static bool IsTime(string text) => PolicyParser.TryParseTime(text, out _);
}
