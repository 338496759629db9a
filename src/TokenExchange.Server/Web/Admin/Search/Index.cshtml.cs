using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Search;

/// <summary>Finds a thing by what somebody has in hand: a name, a client id, a URI, a user, a txn or jti.</summary>
public sealed class IndexModel(ConfigurationEditor editor) : AdminPage
{
    private const int Most = 50;

    /// <summary>What is looked for.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    /// <summary>What was found in the configuration.</summary>
    public IReadOnlyList<Hit> Hits { get; private set; } = [];

    /// <summary>Where else it could be, asked only when somebody goes there.</summary>
    public IReadOnlyList<Hit> Elsewhere { get; private set; } = [];

    /// <summary>Something found.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Id">Its id.</param>
    /// <param name="Href">Where it is.</param>
    public sealed record Hit(string Kind, string Name, string Id, string Href);

    /// <summary>Looks.</summary>
    public async Task OnGetAsync()
    {
        Text = Text?.Trim();
        if (string.IsNullOrEmpty(Text))
        {
            return;
        }

        var all = await editor.ExportAsync(Aborted);
        Hits =
        [
            .. all.Clients!.Where(c => Matches(c.ClientId, c.Name, c.Owner)).Select(c => new Hit("Agent or client", c.Name, c.ClientId, At("/admin/agents/edit", "id", c.ClientId))),
            .. all.Resources!.Where(r => Matches(r.Resource, r.Name, r.Owner) || r.Scopes.Any(s => Matches(s.Name, s.Description))).Select(r => new Hit("Resource", r.Name, r.Resource, At("/admin/resources/edit", "id", r.Resource))),
            .. all.Issuers!.Where(i => Matches(i.Issuer)).Select(i => new Hit("Trusted issuer", i.Issuer, i.Issuer, At("/admin/issuers/edit", "id", i.Issuer))),
            .. all.Purposes!.Where(p => Matches(p.Purpose, p.Title, p.Description)).Select(p => new Hit("Purpose", p.Title, p.Purpose, At("/admin/policies/purpose", "id", p.Purpose))),
            .. all.Policies!.Where(p => Matches(p.Name)).Select(p => new Hit("Policy", p.Name, p.Name, At("/admin/policies/policy", "id", p.Name))),
        ];
        Hits = [.. Hits.Take(Most)];
        Elsewhere =
        [
            new Hit("Delegations alive", "of this user", Text, At("/admin/delegations", "subject", Text)),
            new Hit("Audit", "of this user", Text, At("/admin/audit", "subject", Text)),
            new Hit("Audit", "of this delegation (txn)", Text, At("/admin/audit", "delegation", Text)),
            new Hit("Audit", "of this token (jti)", Text, At("/admin/audit", "token", Text)),
            new Hit("Audit", "of this session (sid)", Text, At("/admin/audit", "session", Text)),
        ];
    }

    private bool Matches(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Contains(Text!, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static string At(string path, string name, string value) => path + QueryString.Create(name, value);
}
