using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Policies;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Configuration;
using TokenExchange.Storage.Policies;

namespace TokenExchange.Server.Simulation;

/// <summary>Which policy set shall answer: the one published now, one published earlier, or one that is only written down.</summary>
public abstract record PolicyChoice
{
    /// <summary>One that was published; null means the one published now, if nothing else is chosen.</summary>
    public long? PolicySetVersion { get; init; }

    /// <summary>A draft by its id, as it is written now.</summary>
    public string? Draft { get; init; }

    /// <summary>Purposes, as in the configuration file; absent ones are those published now.</summary>
    public JsonElement? Purposes { get; init; }

    /// <summary>Policies, as in the configuration file; absent ones are those published now.</summary>
    public JsonElement? Policies { get; init; }

    /// <summary>In how many ways a set is chosen.</summary>
    internal int Choices => (PolicySetVersion is null ? 0 : 1) + (Draft is null ? 0 : 1) + (IsWritten ? 1 : 0);

    /// <summary>Whether a set is written out in the request.</summary>
    internal bool IsWritten => Purposes is not null || Policies is not null;
}

/// <summary>Judges <see cref="PolicyChoice"/> as far as that needs no database.</summary>
internal sealed class PolicyChoiceValidator : AbstractValidator<PolicyChoice>
{
    public PolicyChoiceValidator() =>
        RuleFor(c => c.PolicySetVersion).Must((c, _) => c.Choices <= 1).WithMessage("give a version, or a draft, or purposes and policies, not several of these");
}

/// <summary>A policy set that was chosen.</summary>
/// <param name="Catalog">All parties as they are configured now, under this set.</param>
/// <param name="Version">Its version; null when it is only written down.</param>
public sealed record ChosenPolicies(Catalog Catalog, long? Version);

/// <summary>Finds the policy set that was chosen. One that is written down is judged as if it were applied: with all else as it is configured now.</summary>
public sealed class PolicyChoices(CatalogSource catalogs, ConfigurationStore store, PolicySetStore sets, PolicyDraftStore drafts)
{
    private static readonly ConfigurationValidator Validator = new();

    /// <summary>The set, or what is wrong with the choice, by member.</summary>
    public async Task<(ChosenPolicies? Chosen, Dictionary<string, string[]> Problems)> FindAsync(PolicyChoice choice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var catalog = await catalogs.CurrentAsync(cancellationToken);
        if (choice.IsWritten)
        {
            return await ReadAsync(choice, catalog, cancellationToken);
        }

        if (choice.Draft is { } id)
        {
            return await drafts.FindAsync(id, cancellationToken) is { } draft
                ? await JudgeAsync(draft.Purposes, draft.Policies, catalog, cancellationToken)
                : (null, ByMember(["draft: there is no such draft"]));
        }

        if (choice.PolicySetVersion is not { } version || version == catalog.Policies.Version)
        {
            return (new ChosenPolicies(catalog, catalog.Policies.Version), []);
        }

        return await sets.FindAsync(version, cancellationToken) is { } published
            ? (new ChosenPolicies(catalog.With(new PolicySet(version, published.Purposes, published.Policies)), version), [])
            : (null, ByMember([$"policySetVersion: version {version} was never published"]));
    }

    private async Task<(ChosenPolicies? Chosen, Dictionary<string, string[]> Problems)> ReadAsync(PolicyChoice choice, Catalog catalog, CancellationToken cancellationToken)
    {
        var json = new JsonObject();
        foreach (var (name, section) in new[] { ("purposes", choice.Purposes), ("policies", choice.Policies) })
        {
            if (section is { } written)
            {
                json[name] = JsonNode.Parse(written.GetRawText());
            }
        }

        if (!ConfigurationEditor.TryRead(json.ToJsonString(), out var wanted, out var problem))
        {
            return (null, ByMember(problem!.Split('\n')));
        }

        return await JudgeAsync(wanted!.Purposes, wanted.Policies, catalog, cancellationToken);
    }

    private async Task<(ChosenPolicies? Chosen, Dictionary<string, string[]> Problems)> JudgeAsync(
        IReadOnlyList<PurposeDefinition>? purposes, IReadOnlyList<PolicyDefinition>? policies, Catalog catalog, CancellationToken cancellationToken)
    {
        var current = (await store.ReadAsync(cancellationToken)).Content;
        var merged = current with { Purposes = purposes ?? current.Purposes, Policies = policies ?? current.Policies };
        return Validator.Problems(merged) is { Count: > 0 } problems
            ? (null, ByMember(MemberProblem.UpTo(ConfigurationShape.MostProblems, problems).Select(p => p.ToString())))
            : (new ChosenPolicies(catalog.With(new PolicySet(0, [.. merged.Purposes!], [.. merged.Policies!])), null), []);
    }

    // "policies[0].scopes[0]: 'x' is not a scope of the resource", by what stands before the colon.
    private static Dictionary<string, string[]> ByMember(IEnumerable<string> problems) =>
        problems.Select(p => p.Split(": ", 2)).GroupBy(p => p.Length == 2 ? p[0] : string.Empty, p => p[^1], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
}
