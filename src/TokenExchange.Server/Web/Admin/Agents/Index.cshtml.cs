using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Agents;

/// <summary>All clients: agents, and those that only ask or administer.</summary>
public sealed class IndexModel(ItemEditor items) : AdminPage
{
    private const int PageSize = 100;
    private static readonly string[] s_states = ["enabled", "expiring", "expired", "disabled"];

    /// <summary>A part of an id, a name, an owner or a tag.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    /// <summary>One of <see cref="ClientKind.All"/>; empty for any.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    /// <summary>A state; empty for any.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>Shows what comes after this client id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<ClientDefinition> Found { get; private set; } = [];

    /// <summary>How many are like this, on all pages.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there are any at all.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Kinds to choose from.</summary>
    public IEnumerable<SelectListItem> Kinds { get; } = [new SelectListItem("Any", string.Empty), .. ClientKind.All.Select(k => new SelectListItem(PartyWords.NameOfKind(k), k))];

    /// <summary>States to choose from.</summary>
    public IEnumerable<SelectListItem> States { get; } = [new SelectListItem("Any", string.Empty), .. s_states.Select(s => new SelectListItem(s, s))];

    /// <summary>The address of the next page; null when there is none.</summary>
    public string? NextAddress { get; private set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync()
    {
        var all = (await items.ListAsync(ItemKinds.Clients, Aborted)).Select(i => i.Definition).ToList();
        HasAny = all.Count > 0;
        var like = all.Where(IsWanted).OrderBy(c => c.ClientId, StringComparer.Ordinal).ToList();
        Count = like.Count;
        var left = like.Where(c => After is null || string.CompareOrdinal(c.ClientId, After) > 0).ToList();
        Found = [.. left.Take(PageSize)];
        NextAddress = left.Count > PageSize ? "/admin/agents" + QueryString.Create(
            new (string Name, string? Value)[] { (nameof(Text), Text), (nameof(Kind), Kind), (nameof(State), State), (nameof(After), Found[^1].ClientId) }
                .Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value))) : null;
    }

    private bool IsWanted(ClientDefinition client) =>
        (FormText.Of(Text) is not { } text || ((string?[])[client.ClientId, client.Name, client.Owner, .. client.Tags]).Any(t => t?.Contains(text, StringComparison.OrdinalIgnoreCase) == true))
        && (string.IsNullOrEmpty(Kind) || client.Kind == Kind)
        && (string.IsNullOrEmpty(State) || PartyWords.StateOf(client, Now).Word == State);
}
