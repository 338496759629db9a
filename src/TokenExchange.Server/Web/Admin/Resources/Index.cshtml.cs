using Microsoft.AspNetCore.Mvc;
using TokenExchange.Core.Configuration;
using TokenExchange.Core.Tokens;
using TokenExchange.Server.Configuration;

namespace TokenExchange.Server.Web.Admin.Resources;

/// <summary>The APIs that tokens are for.</summary>
public sealed class IndexModel(ConfigurationEditor configuration) : AdminPage
{
    /// <summary>A part of a URI, a name, an owner or a scope.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    /// <summary>What was found, each with the number of policies about it.</summary>
    public IReadOnlyList<(ResourceDefinition Resource, int Policies)> Found { get; private set; } = [];

    /// <summary>Whether there are any at all.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync()
    {
        var configured = await configuration.ExportAsync(Aborted);
        HasAny = configured.Resources!.Count > 0;
        var policies = configured.Policies!.Select(p => ResourceIndicator.TryParse(p.Resource, out var r) ? r.Key : p.Resource).CountBy(k => k, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        Found =
        [
            .. configured.Resources.Where(IsWanted).OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.Resource, StringComparer.Ordinal)
                .Select(r => (r, policies.GetValueOrDefault(ResourceIndicator.Parse(r.Resource).Key))),
        ];
    }

    private bool IsWanted(ResourceDefinition resource) =>
        FormText.Of(Text) is not { } text || new[] { resource.Resource, resource.Name, resource.Owner }.Concat(resource.Scopes.SelectMany(s => new[] { s.Name, s.Description })).Any(t => t?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}
