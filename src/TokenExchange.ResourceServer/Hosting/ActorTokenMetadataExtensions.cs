using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenExchange.Core.Tokens;
using TokenExchange.ResourceServer;
using TokenExchange.ResourceServer.Authority;
using TokenExchange.ResourceServer.Responses;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Publishes the relying app's metadata.</summary>
public static class ActorTokenMetadataExtensions
{
    /// <summary>
    /// Publishes the protected resource metadata (RFC 9728) at <see cref="ActorTokenDefaults.MetadataPath"/>, for everyone: which resource this is,
    /// which server issues tokens for it, and the scopes of <see cref="ActorTokenOptions.Scopes"/>. Every challenge of this package points there.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <exception cref="InvalidOperationException">
    /// <c>AddActorToken</c> was not called, or the resource is not an http(s) URL and so has no such place.
    /// </exception>
    public static IEndpointConventionBuilder MapActorTokenMetadata(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<AuthorityMetadata>() is null)
        {
            throw new InvalidOperationException("There is nothing to publish yet. Write builder.Services.AddAuthentication().AddActorToken(…) first.");
        }

        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<ActorTokenOptions>>().Value;
        var path = ResourceMetadata.FindPath(ResourceIndicator.Parse(options.Resource!))
            ?? throw new InvalidOperationException($"The resource {options.Resource} is not an http(s) URL, so RFC 9728 gives its metadata no place. Leave MapActorTokenMetadata out.");
        var document = ResourceMetadata.Write(options);
        return endpoints.MapGet(path, () => Results.Text(document, "application/json")).AllowAnonymous().ExcludeFromDescription();
    }
}
