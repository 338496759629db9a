using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Me;
using TokenExchange.Server.Revocations;
using TokenExchange.Server.Web.Parts;
using TokenExchange.Storage.Delegations;
using TokenExchange.Storage.Revocations;

namespace TokenExchange.Server.Web.Me;

/// <summary>The agents that act for whoever is signed in, and the way to stop them.</summary>
public sealed class IndexModel(LiveDelegations live, Revoker revoker, CatalogSource catalogs) : UserPage(catalogs)
{
    /// <summary>What acts for them, the latest activity first.</summary>
    public LivePage Found { get; private set; } = new([], null);

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync() => await ReadAsync();

    /// <summary>The cards alone, which the page asks for again and again.</summary>
    public async Task<IActionResult> OnGetCardsAsync()
    {
        await ReadAsync();
        return Partial("Me/_Cards", this);
    }

    /// <summary>Stops one agent under one purpose.</summary>
    /// <param name="delegation">Which; only one of their own can be stopped.</param>
    public async Task<IActionResult> OnPostStopAsync(string? delegation)
    {
        await ReadNamesAsync();
        if ((await OwnAsync(delegation)) is not { } own)
        {
            TempData["notice"] = "That was over already.";
            return RedirectToPage("/Me/Index");
        }

        await revoker.RevokeAsync(Root.Delegation(own.Delegation.Id), "stopped by the user", Caller, CancellationToken.None);
        var goesOn = (await live.OfSubjectAsync(Who.Subject, Now, Aborted)).Delegations.Any(d => d.Delegation.Agent == own.Delegation.Agent);
        TempData["notice"] = goesOn
            ? $"Stopped. {Names.Agent(own.Delegation.Agent)} still acts for you in what stands below: for another reason, or since another sign-in of yours."
            : $"Stopped. {Names.Agent(own.Delegation.Agent)} can no longer act for you.";
        return RedirectToPage("/Me/Index");
    }

    /// <summary>Stops everything that was lent until now.</summary>
    public async Task<IActionResult> OnPostStopAllAsync()
    {
        var ended = await revoker.RevokeAsync(new Root(RootKind.Subject, Who.Subject), "stopped by the user", Caller, CancellationToken.None);
        await SignInRenewal.GoOnAsync(HttpContext, Now);
        TempData["notice"] = ended.Agents.Count == 0 ? "Nothing was acting for you." : $"Stopped: {Counted.Of(ended.Agents.Count, "agent")} can no longer act for you.";
        return RedirectToPage("/Me/Index");
    }

    private async Task<LiveDelegation?> OwnAsync(string? delegation) => delegation is null ? null
        : (await live.ListAsync(new LiveFilter { Subject = Who.Subject, Delegation = delegation }, Now, after: null, 1, Aborted)).Delegations is [var own] ? own : null;

    private async Task ReadAsync()
    {
        await ReadNamesAsync();
        Found = await live.OfSubjectAsync(Who.Subject, Now, Aborted);
    }
}
