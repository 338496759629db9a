using System.Text.Json;
using TokenExchange.Browser.Running;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Browser.Population;

/// <summary>Versions of the policies and drafts of the next, as a script writes them.</summary>
internal static class Drafts
{
    /// <summary>What the inbox agent gets lives shorter, and then longer again.</summary>
    public static async Task PublishTwiceAsync(Site site)
    {
        foreach (var (minutes, title) in new[] { (30, "Shorter tokens for sorting"), (50, "Not that short") })
        {
            var id = await BeginAsync(site, title, p => p with { Limits = p.Limits with { MaxLifetime = TimeSpan.FromMinutes(minutes) } });
            (await site.Server.ApiAsync(HttpMethod.Post, $"/admin/api/drafts/{id}/publication", await site.Server.ApiTokenAsync(), $$"""{"note":"{{title}}"}""", "\"2\"")).Status.ShouldBe(200);
        }
    }

    /// <summary>One that can be published, one with mistakes, one with a name that was meant ill.</summary>
    public static async Task BeginAsync(Site site)
    {
        site.Known["draft"] = await BeginAsync(site, "Tokens for ten minutes", p => p with { Limits = p.Limits with { MaxLifetime = TimeSpan.FromMinutes(10) } });
        site.Known["wrong draft"] = await BeginAsync(site, "Not finished yet", p => p with { Resource = "https://nowhere.example", Limits = p.Limits with { MaxLifetime = TimeSpan.FromHours(9) } });
        site.Known["ill-meant draft"] = await BeginAsync(site, "=1+1 <script>alert(1)</script> \"it's\"", p => p with { Name = "<img/src=x/onerror=alert(1)>" });
    }

    /// <summary>Begins a draft in which the inbox agent's policy is different, or else the first, and returns its id.</summary>
    public static async Task<string> BeginAsync(Site site, string title, Func<PolicyDefinition, PolicyDefinition> change)
    {
        var token = await site.Server.ApiTokenAsync();
        var begun = await site.Server.ApiAsync(HttpMethod.Post, "/admin/api/drafts", token, JsonSerializer.Serialize(new { title }));
        begun.Status.ShouldBe(201, begun.Body);
        var id = (string)begun.Json["id"]!;
        var policies = JsonSerializer.Deserialize<PolicyDefinition[]>(begun.Json["policies"], ConfigurationJson.Compact)!;
        var first = Array.FindIndex(policies, p => p.Name is "triage-by-inbox-agent");
        policies[Math.Max(first, 0)] = change(policies[Math.Max(first, 0)]);
        var replaced = await site.Server.ApiAsync(
            HttpMethod.Put, $"/admin/api/drafts/{id}", token,
            $$"""{"title":{{JsonSerializer.Serialize(title)}},"purposes":{{begun.Json["purposes"]!.ToJsonString()}},"policies":{{JsonSerializer.Serialize(policies, ConfigurationJson.Compact)}}}""", "\"1\"");
        replaced.Status.ShouldBe(200, replaced.Body);
        return id;
    }
}
