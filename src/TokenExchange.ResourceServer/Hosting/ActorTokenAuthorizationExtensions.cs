using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TokenExchange.ResourceServer.Authorization;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what decides about <c>RequirePurpose</c>, <c>RequireScope</c> and <c>Sensitive</c>.</summary>
public static class ActorTokenAuthorizationExtensions
{
    /// <summary>
    /// Adds authorization and the decisions behind <c>RequirePurpose</c>, <c>RequireScope</c> and <c>Sensitive</c>. Without it an app that uses one of them does not
    /// start or, where it has no authorization at all, answers every request with 500.
    /// </summary>
    public static IServiceCollection AddActorTokenAuthorization(this IServiceCollection services)
    {
        services.AddAuthorization();

        // Under its own type as well: endpoints look for it there, since looking through all handlers would create the app's scoped ones.
        services.TryAddSingleton<DelegationRequirementHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, DelegationRequirementHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, SensitiveRequirementHandler>());
        return services;
    }
}
