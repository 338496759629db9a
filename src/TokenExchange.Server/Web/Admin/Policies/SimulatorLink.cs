using Microsoft.AspNetCore.Http.Extensions;
using TokenExchange.Core.Configuration;

namespace TokenExchange.Server.Web.Admin.Policies;

/// <summary>The way from a policy to the simulator, with what is known filled in.</summary>
public static class SimulatorLink
{
    /// <summary>The address.</summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="draft">The draft it stands in; null when it is published.</param>
    public static string Of(PolicyDefinition policy, string? draft)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var query = new QueryBuilder { { "purpose", policy.Purpose }, { "resource", policy.Resource } };
        if (policy.Agents.Count > 0)
        {
            query.Add("agent", policy.Agents[0]);
        }

        if (policy.Subjects.Count > 0)
        {
            query.Add("issuer", policy.Subjects[0].Issuer);
        }

        if (policy.Scopes.Count > 0)
        {
            query.Add("scopes", string.Join(' ', policy.Scopes));
        }

        if (draft is not null)
        {
            query.Add("policies", $"draft:{draft}");
        }

        return $"/admin/simulator{query}";
    }
}
