using Microsoft.AspNetCore.Mvc;
using TokenExchange.Server.Configuration;
using TokenExchange.Storage.Audit;
using TokenExchange.Storage.Delegations;

namespace TokenExchange.Server.Web.Admin.Search;

/// <summary>Finds a thing by what somebody has in hand: a name, a client id, a URI, a user, a txn or jti.</summary>
public sealed class IndexModel(ConfigurationEditor editor, LiveDelegations live, RecordSearch records) : AdminPage
{
    private const int Most = 50;

    /// <summary>What is looked for.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    /// <summary>What was found in the configuration.</summary>
    public IReadOnlyList<Hit> Hits { get; private set; } = [];

    /// <summary>What was found in what happens and happened; there it must be the whole value.</summary>
    public IReadOnlyList<Hit> Happened { get; private set; } = [];

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
        Happened = await LookAsync(Text, all.Issuers!.Select(i => i.SubjectPrefix));
    }

    private async Task<IReadOnlyList<Hit>> LookAsync(string text, IEnumerable<string?> prefixes)
    {
        List<Hit> found = [];
        var anything = new RecordFilter();

        // People say who a user is as the identity provider does; tokens say it with the provider's prefix.
        foreach (var subject in prefixes.OfType<string>().Prepend(string.Empty).Select(p => p + text).Distinct(StringComparer.Ordinal))
        {
            if ((await live.ListAsync(new LiveFilter { Subject = subject }, Now, after: null, 1, Aborted)).Delegations.Count > 0)
            {
                found.Add(new Hit("Delegations alive", "for the user", subject, At("/admin/delegations", "Q.Subject", subject)));
            }

            await AddAsync("for the user", subject, anything with { Subject = subject }, "Q.Subject");
        }

        await AddAsync("of who asked", text, anything with { ClientId = text }, "Q.Client");
        await AddAsync("of the delegation (txn)", text, anything with { Delegation = text }, "Q.Delegation");
        await AddAsync("of the token (jti)", text, anything with { TokenId = text }, "Q.Token");
        await AddAsync("of the session (sid)", text, anything with { Session = text }, "Q.Session");
        return found;

        async Task AddAsync(string name, string id, RecordFilter filter, string parameter)
        {
            if ((await records.OlderAsync(filter, than: null, 1, Aborted)).Records.Count > 0)
            {
                found.Add(new Hit("Records", name, id, At("/admin/audit", parameter, id)));
            }
        }
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
