using System.Text.Json;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;

namespace TokenExchange.Core.Tests.Laws;

/// <summary>A generated configuration and a question to it.</summary>
public sealed record Situation(IReadOnlyList<PurposeDefinition> Purposes, IReadOnlyList<PolicyDefinition> Policies, PolicyQuestion Question)
{
    private PolicySet? _set;

    // A copy is made to be changed: it parses what it then holds.
    private Situation(Situation other) => (Purposes, Policies, Question) = (other.Purposes, other.Policies, other.Question);

    /// <summary>The same with the purpose declared, so that nothing has to be inferred.</summary>
    public Situation Declared => Question.Purpose is null ? Asking(Question with { Purpose = Purposes[0].Purpose }) : this;

    public PolicySet Set => _set ??= new(1, Purposes, Policies);

    public Decision Decide() => PolicyEvaluator.Decide(Set, Question);

    /// <summary>Another question to the same policies.</summary>
    public Situation Asking(PolicyQuestion question) => new(Purposes, Policies, question) { _set = Set };

    public Situation With(PolicyDefinition policy) => this with { Policies = [.. Policies, policy] };

    public Situation Without(PolicyDefinition policy) => this with { Policies = [.. Policies.Where(p => p != policy)] };

    public override string ToString() =>
        string.Join(Environment.NewLine, [string.Empty, .. Purposes.Select(p => $"{p.Purpose}: {p.State}"), .. Policies.Select(p => JsonSerializer.Serialize(p, ConfigurationJson.Compact)), Words(Question), DecisionWords.Of(Decide())]);

    private static string Words(PolicyQuestion q) =>
        $"{q.Now:O}: may {q.Agent.ClientId} ({q.Agent.Kind}; {string.Join(' ', q.Agent.Tags)}) at depth {q.ChainDepth} from {q.Source}, under {q.Purpose ?? "any purpose"}, at {q.Resource}, "
        + $"have {q.RequestedScopes?.ToString() ?? "everything"} within {q.ScopeCeiling?.ToString() ?? "everything"}, for a user of {q.Subject.Issuer} with "
        + $"{string.Join(' ', q.Subject.Claims.Select(c => $"{c.Key}={string.Join(',', c.Value)}"))}, acr {q.Subject.Authentication.ContextClass}, auth_time {q.Subject.Authentication.Time:O}?";
}
