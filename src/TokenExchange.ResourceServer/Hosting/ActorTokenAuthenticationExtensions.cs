using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TokenExchange.ResourceServer;
using TokenExchange.ResourceServer.Authority;
using TokenExchange.ResourceServer.Enforcement;
using TokenExchange.ResourceServer.Responses;
using TokenExchange.ResourceServer.Validation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the scheme that accepts actor tokens.</summary>
public static class ActorTokenAuthenticationExtensions
{
    /// <summary>
    /// Accepts actor tokens under the scheme <see cref="ActorTokenDefaults.AuthenticationScheme"/>: the stock <c>JwtBearer</c> handler checks the
    /// signature, this package everything that makes a JWT an actor token for this app. A mistake in the options stops the start of the app.
    /// </summary>
    /// <param name="builder">What <c>AddAuthentication()</c> returned.</param>
    /// <param name="configure">Sets at least <see cref="ActorTokenOptions.Authority"/> and <see cref="ActorTokenOptions.Resource"/>.</param>
    public static AuthenticationBuilder AddActorToken(this AuthenticationBuilder builder, Action<ActorTokenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);

        builder.Services.AddOptions<ActorTokenOptions>().Configure(configure).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ActorTokenOptions>, ActorTokenOptionsValidator>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Backchannel>();
        builder.Services.TryAddSingleton<AuthorityMetadata>();
        builder.Services.TryAddSingleton<IntrospectionClient>();
        builder.Services.TryAddSingleton<ApiTokenSource>();
        builder.Services.TryAddSingleton<AuthorityApi>();
        builder.Services.TryAddSingleton<AuthorityDocuments>();
        builder.Services.TryAddSingleton<PolicySource>();
        builder.Services.TryAddSingleton<RevocationMemory>();
        builder.Services.TryAddSingleton<RevocationFeed>();
        builder.Services.TryAddSingleton<Enforcer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Enforcer>());
        builder.Services.TryAddSingleton<TokenMemory>();
        builder.Services.TryAddSingleton<EvaluationClient>();
        builder.Services.TryAddSingleton<RefusalResponses>();

        builder.AddJwtBearer(ActorTokenDefaults.AuthenticationScheme, static _ => { });
        builder.Services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, ActorTokenHandlerSetup>();
        return builder;
    }
}
