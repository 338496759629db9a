using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using TokenExchange.Core.Tokens;

namespace TokenExchange.ResourceServer.Authorization;

/// <summary>Something an endpoint wants of the delegation. The same method decides and, after a refusal, finds out what to say.</summary>
internal abstract record DelegationRequirement : IAuthorizationRequirement
{
    public abstract bool IsMetBy(Delegation delegation);

    /// <summary>One of these purposes.</summary>
    public sealed record OfPurpose(IReadOnlyList<string> Purposes) : DelegationRequirement
    {
        // Purposes are compared as exact strings: inbox.triage is not a part of inbox.
        public override bool IsMetBy(Delegation delegation) => Purposes.Contains(delegation.Purpose, StringComparer.Ordinal);
    }

    /// <summary>All of these scopes.</summary>
    public sealed record OfScopes(ScopeSet Scopes) : DelegationRequirement
    {
        public override bool IsMetBy(Delegation delegation) => Scopes.IsSubsetOf(delegation.Scopes);

        /// <summary>The scopes of all of them together.</summary>
        public static ScopeSet AllOf(IEnumerable<DelegationRequirement> required) => required.OfType<OfScopes>().Aggregate(ScopeSet.Empty, (all, r) => all.Union(r.Scopes));
    }
}

/// <summary>Decides requirements by the delegation of the user. Without one nothing is met.</summary>
internal sealed class DelegationRequirementHandler : AuthorizationHandler<DelegationRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, DelegationRequirement requirement)
    {
        if (Validation.DelegationIdentity.Find(context.User) is { } delegation && requirement.IsMetBy(delegation))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>
/// The mark on an endpoint. As <see cref="IAuthorizeData"/> it has ASP.NET Core refuse to run the endpoint when no authorization middleware
/// saw it, and picks the scheme, so that a cookie for the same host is no substitute for a token.
/// </summary>
internal sealed class RequireDelegationMetadata(DelegationRequirement requirement) : IAuthorizeData, IAuthorizationRequirementData
{
    public DelegationRequirement Requirement => requirement;

    /// <summary>What the endpoint of a request requires.</summary>
    public static DelegationRequirement[] Of(HttpContext http) =>
        [.. http.GetEndpoint()?.Metadata.GetOrderedMetadata<RequireDelegationMetadata>().Select(m => m.Requirement) ?? []];

    public string? Policy { get; set; }

    public string? Roles { get; set; }

    public string? AuthenticationSchemes { get; set; } = ActorTokenDefaults.AuthenticationScheme;

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [requirement];
}
