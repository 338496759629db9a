using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer.Authority;
using TokenExchange.ResourceServer.Validation;

namespace TokenExchange.ResourceServer.Authorization;

/// <summary>The server is to be asked before the endpoint runs, about each scope the endpoint requires.</summary>
internal sealed record SensitiveRequirement : IAuthorizationRequirement;

/// <summary>Asks the server, once the token meets everything else the endpoint requires of it. Nothing is met without its yes.</summary>
internal sealed class SensitiveRequirementHandler : IAuthorizationHandler
{
    public async Task HandleAsync(AuthorizationHandlerContext context)
    {
        // Marked on a group and on an endpoint, it is one question all the same.
        SensitiveRequirement[] pending = [.. context.PendingRequirements.OfType<SensitiveRequirement>()];
        if (pending.Length == 0 || context.HasFailed || context.Resource is not HttpContext http
            || DelegationIdentity.Find(context.User) is not { } delegation || http.Features.Get<AcceptedToken>() is not { } accepted)
        {
            return;
        }

        var required = RequireDelegationMetadata.Of(http);
        var scopes = DelegationRequirement.OfScopes.AllOf(required);
        if (scopes.IsEmpty || !required.All(r => r.IsMetBy(delegation)))
        {
            return;
        }

        // Looked up here: an app that marks nothing sensitive need not have it.
        var evaluations = http.RequestServices.GetRequiredService<EvaluationClient>();
        if (await evaluations.AskAsync(accepted.Encoded, delegation.Subject, scopes, http.Connection.RemoteIpAddress, http.RequestAborted) is { } refusal)
        {
            // For what is then answered instead of the endpoint.
            http.Features.Set(refusal);
            return;
        }

        foreach (var requirement in pending)
        {
            context.Succeed(requirement);
        }
    }
}

/// <summary>The mark on an endpoint; like <see cref="RequireDelegationMetadata"/> it is served by no endpoint that authorization did not see.</summary>
internal sealed class SensitiveMetadata : IAuthorizeData, IAuthorizationRequirementData
{
    public string? Policy { get; set; }

    public string? Roles { get; set; }

    public string? AuthenticationSchemes { get; set; } = ActorTokenDefaults.AuthenticationScheme;

    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new SensitiveRequirement()];
}
