using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Administrators;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>One resource: what it is, its scopes, and which policies use them.</summary>
[RequestFormLimits(ValueCountLimit = WebSetup.MostFields)]
public sealed class EditModel(ItemEditor items, ConfigurationEditor configuration) : ResourcePage(items)
{
    /// <summary>Whether whoever looks may change it.</summary>
    public bool MayConfigure { get; private set; }

    /// <summary>The policies about it.</summary>
    public IReadOnlyList<PolicyDefinition> Policies { get; private set; } = [];

    /// <summary>The policies that use a scope; a deny without scopes is about all of them.</summary>
    public IEnumerable<PolicyDefinition> Using(string scope) => Policies.Where(p => p.Scopes.Contains(scope, StringComparer.Ordinal) || (p.Effect == "deny" && p.Scopes.Count == 0));

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (!await FindAsync(firstLook: true))
        {
            return NotFound();
        }

        Input = ResourceInput.Of(Shown);
        return await CompleteAsync(Page());
    }

    /// <summary>Does what a button says: saves it, adds or removes a row, enables or disables it. One address for all: the form is sent to where the page is, whatever came before.</summary>
    [Needs(Rights.Configure)]
    public async Task<IActionResult> OnPostAsync()
    {
        if (Do is "enable" or "disable")
        {
            return await (Do == "enable"
                ? AnswerAsync(await Items.EnableAsync(Kind, Name, Seen, await EditingAsync(), CancellationToken.None), "It is enabled: tokens are issued for it again.")
                : AnswerAsync(await Items.DisableAsync(Kind, Name, await EditingAsync(), CancellationToken.None), "It is disabled: no token is issued for it, and this server calls those there are dead."));
        }

        if (EditRows())
        {
            return await FindAsync(firstLook: false) ? await CompleteAsync(Page()) : NotFound();
        }

        return await RefusedAsync(await Items.EditAsync(Kind, Name, Seen, Input.ApplyTo, await EditingAsync(), CancellationToken.None), "It is saved, and holds from the next request on.") is { } refused
            ? await CompleteAsync(refused)
            : Back();
    }

    private async Task<IActionResult> AnswerAsync(ItemOutcome<ResourceDefinition> outcome, string done)
    {
        if (await RefusedAsync(outcome, done) is not { } refused)
        {
            return Back();
        }

        Input = ResourceInput.Of(Shown);
        return await CompleteAsync(refused);
    }

    private RedirectToPageResult Back() => Then("/Admin/Resources/Edit", new { id = Id });

    private async Task<IActionResult> CompleteAsync(IActionResult answer)
    {
        MayConfigure = await MayAsync(Rights.Configure);
        if (ResourceIndicator.TryParse(Shown.Resource, out var own))
        {
            Policies = [.. (await configuration.ExportAsync(Aborted)).Policies!.Where(p => ResourceIndicator.TryParse(p.Resource, out var r) && r.Equals(own)).OrderBy(p => p.Name, StringComparer.Ordinal)];
        }

        return await ShowAsync(answer);
    }
}
