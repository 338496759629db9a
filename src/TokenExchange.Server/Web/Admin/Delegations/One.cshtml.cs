using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Delegations;

/// <summary>One delegation: its tokens, who was handed what, and everything on record of it.</summary>
public sealed class OneModel(LiveDelegations live, RecordSearch search) : AdminPage
{
    /// <summary>Which one.</summary>
    [BindProperty(SupportsGet = true, Name = "txn")]
    public string Id { get; set; } = string.Empty;

    /// <summary>The delegation, while it is alive; otherwise null.</summary>
    public LiveDelegation? Live { get; private set; }

    /// <summary>What is on record of it, oldest first.</summary>
    public IReadOnlyList<NumberedRecord> Records { get; private set; } = [];

    /// <summary>The user, the agents and the resource of a token, as they are drawn.</summary>
    public ChainGraph ChainOf(LiveToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var agents = token.Agents.Reverse().ToArray();
        return new ChainGraph(
        [
            new ChainGraph.Node("user", Live!.Delegation.Subject),
            .. agents.Select((a, i) => new ChainGraph.Node(i == agents.Length - 1 ? "acts" : "handed on", a)),
            new ChainGraph.Node("resource", token.Resource),
        ]);
    }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        Live = (await live.ListAsync(new LiveFilter { Delegation = Id }, Now, null, 1, Aborted)).Delegations is [var found] ? found : null;
        Records = await search.SiblingsAsync(Id, Aborted);
        return Live is null && Records.Count == 0 ? NotFound() : Page();
    }
}
