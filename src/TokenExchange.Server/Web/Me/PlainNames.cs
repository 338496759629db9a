using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Me;

/// <summary>What agents, purposes, resources and scopes are called in words that users understand; what is not configured any more keeps its id.</summary>
public sealed class PlainNames(Catalog catalog)
{
    /// <summary>What an agent is called.</summary>
    public string Agent(string id) => Visible(catalog.NameOfClient(id) ?? id);

    /// <summary>Why it acts.</summary>
    public string Purpose(string id) => Visible(catalog.Policies.FindPurpose(id)?.Title ?? id);

    /// <summary>The same in a sentence; null when there is none.</summary>
    public string? PurposeSentence(string id) => catalog.Policies.FindPurpose(id)?.Description is { Length: > 0 } words ? Visible(words) : null;

    /// <summary>Where it acts.</summary>
    public string Resource(string key) => Visible(ResourceIndicator.TryParse(key, out var resource) ? catalog.FindResource(resource)?.Name ?? key : key);

    /// <summary>What it can do, each once: a sentence, and whether it is sensitive.</summary>
    public IReadOnlyList<(string Words, bool Sensitive)> Abilities(LiveDelegation delegation)
    {
        ArgumentNullException.ThrowIfNull(delegation);
        return
        [
            .. from token in delegation.Tokens
               from scope in token.Scopes ?? ScopeSet.Empty
               let known = ResourceIndicator.TryParse(token.Resource, out var resource) ? catalog.FindResource(resource)?.Scopes.FirstOrDefault(s => s.Name == scope) : null
               group known by (Resource(token.Resource), scope) into same
               let known = same.First()
               select (Visible(known?.Description is { Length: > 0 } words ? words : $"{same.Key.scope} at {same.Key.Item1}"), known?.Sensitive ?? false),
        ];
    }

    private static string Visible(string text) => IdTextTagHelper.Visible(text);
}
