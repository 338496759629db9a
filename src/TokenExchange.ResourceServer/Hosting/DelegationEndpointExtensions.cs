using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer;
using TokenExchange.ResourceServer.Authorization;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Guards endpoints by what the actor token says.</summary>
public static class DelegationEndpointExtensions
{
    /// <summary>
    /// Requires an actor token under one of the purposes. Where it is called several times, on a group and on an endpoint for example, every
    /// call must be satisfied. Otherwise: 401 without a good token, 403 <c>insufficient_purpose</c> under another purpose.
    /// </summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="purposes">At least one purpose id, compared as an exact string; printable ASCII without space, <c>"</c> and <c>\</c>.</param>
    /// <exception cref="ArgumentException">No purpose was given, or one of them cannot be a purpose id.</exception>
    public static TBuilder RequirePurpose<TBuilder>(this TBuilder builder, params string[] purposes)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(purposes);

        // The ids stand space-separated in the challenge, as scopes do, and so have the same characters.
        return purposes.Length > 0 && purposes.All(ScopeSet.IsScopeToken)
            ? builder.Require(new DelegationRequirement.OfPurpose([.. purposes]))
            : throw new ArgumentException("Name at least one purpose, each like inbox.triage: printable ASCII without space, quote and backslash.", nameof(purposes));
    }

    /// <summary>
    /// Requires an actor token with all of the scopes, and with those of every other call on the same endpoint or its groups.
    /// Otherwise: 401 without a good token, 403 <c>insufficient_scope</c> (RFC 6750 §3.1) without one of the scopes.
    /// </summary>
    /// <param name="builder">The endpoint or group.</param>
    /// <param name="scopes">At least one scope token (RFC 6749 §3.3), case-sensitive.</param>
    /// <exception cref="ArgumentException">No scope was given, or one of them is not a scope token.</exception>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, params string[] scopes)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(scopes);
        return scopes.Length > 0 && ScopeSet.TryCreate(scopes, out var set)
            ? builder.Require(new DelegationRequirement.OfScopes(set))
            : throw new ArgumentException("Name at least one scope, each one scope token (RFC 6749 §3.3): pass several as several arguments.", nameof(scopes));
    }

    /// <summary>
    /// Has the server asked each time before the endpoint runs whether the token still permits each of the scopes required here, by the policies as they are
    /// at that moment. No answer is kept. Otherwise: 401 <c>insufficient_user_authentication</c> (RFC 9470) when the user must sign in again or more
    /// strongly, 401 when the token has been revoked, 403 when policies no longer permit it, 503 when the server cannot be asked. Needs
    /// <see cref="ActorTokenOptions.Enforcement"/>, and <see cref="RequireScope"/> on the same endpoint or a group of it.
    /// </summary>
    /// <param name="builder">The endpoint or group.</param>
    public static TBuilder Sensitive<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint => endpoint.Metadata.Add(new SensitiveMetadata()));

        // Last of all conventions, so that it sees what any group has added.
        builder.Finally(endpoint =>
        {
            if (!endpoint.Metadata.OfType<RequireDelegationMetadata>().Any(m => m.Requirement is DelegationRequirement.OfScopes))
            {
                throw new InvalidOperationException(
                    $"'{endpoint.DisplayName}' is sensitive, but requires no scope, so there is nothing to ask the server about. Write RequireScope(…) on it or on its group.");
            }

            if (endpoint.ApplicationServices.GetRequiredService<IOptions<ActorTokenOptions>>().Value.Enforcement is null)
            {
                throw new InvalidOperationException(
                    $"'{endpoint.DisplayName}' is sensitive, but this app has no client of its own to ask the server with. Set ActorTokenOptions.Enforcement to its ClientId and ClientSecret.");
            }
        });
        return builder;
    }

    private static TBuilder Require<TBuilder>(this TBuilder builder, DelegationRequirement requirement)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(endpoint =>
        {
            if (endpoint.ApplicationServices.GetService<DelegationRequirementHandler>() is null)
            {
                throw new InvalidOperationException(
                    $"'{endpoint.DisplayName}' requires a purpose or a scope, but nothing decides about it. Write builder.Services.AddActorTokenAuthorization().");
            }

            endpoint.Metadata.Add(new RequireDelegationMetadata(requirement));
        });

        // Last of all conventions, so that it sees what any group has added.
        builder.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            {
                throw new InvalidOperationException(
                    $"'{endpoint.DisplayName}' requires a purpose or a scope and allows anonymous callers as well, which would leave it open. Remove one of the two.");
            }
        });
        return builder;
    }
}
