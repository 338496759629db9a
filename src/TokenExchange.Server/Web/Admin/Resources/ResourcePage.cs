using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Server.Configuration;
using TokenExchange.Server.Web.Parts;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>What the pages that edit resources have in common.</summary>
public abstract class ResourcePage(ItemEditor items) : PartyPage<ResourceDefinition>(items, ItemKinds.Resources)
{
    /// <summary>What is edited.</summary>
    [BindProperty]
    public ResourceInput Input { get; set; } = new();

    /// <summary>A row to add or remove; empty to save.</summary>
    [BindProperty]
    public string? Do { get; set; }

    /// <summary>The clients that may be allowed to introspect.</summary>
    public IReadOnlyList<CheckOption> Introspecting { get; private set; } = [];

    /// <inheritdoc />
    protected override string FieldOf(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Split('[', '.')[0] switch
        {
            "resource" => "Input.Resource",
            "name" => "Input.Name",
            "owner" => "Input.Owner",
            "clients" => "Input.Clients",
            "scopes" => "Input." + string.Join('.', member.Split('.').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..])),
            _ => string.Empty,
        };
    }

    /// <summary>Adds or removes a row; false when the form is to be saved.</summary>
    protected bool EditRows()
    {
        if (Input.TryEditRows(Do))
        {
            // The rows stand in other places than those they were sent from.
            ModelState.Clear();
            return true;
        }

        ScopeInput[] typed = [.. Input.Scopes.Where(s => !s.IsEmpty)];
        if (typed.Length < Input.Scopes.Count)
        {
            // So that the place of a row is that of its scope, by which problems are told.
            Input.Scopes = [.. typed];
            ModelState.Clear();
        }

        return false;
    }

    /// <summary>Gathers what the form offers.</summary>
    protected async Task<IActionResult> ShowAsync(IActionResult answer)
    {
        if (Input.Scopes.Count == 0)
        {
            Input.Scopes.Add(new ScopeInput());
        }

        Introspecting = [.. (await Items.ListAsync(ItemKinds.Clients, Aborted)).Select(i => i.Definition).Where(c => c.Kind == ClientKind.Resource).OrderBy(c => c.ClientId, StringComparer.Ordinal).Select(c => new CheckOption(c.ClientId, c.Name, c.ClientId))];
        return answer;
    }
}
