using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenExchange.Client;

#pragma warning disable IDE0130 // Where .NET developers look for Add… methods.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers token exchange.</summary>
public static class TokenExchangeServices
{
    /// <summary>
    /// Gives every request of this HTTP client the actor token of its user: exchanged when first needed, cached, renewed in time, sent to the
    /// relying app's origin and nowhere else.
    /// </summary>
    /// <remarks>
    /// The request is not sent, and throws, when: the exchange is refused (<see cref="TokenExchangeRefusedException"/>); it cannot be carried
    /// out (<see cref="TokenExchangeException"/>); or the request goes to another origin, has an Authorization header already, or nobody says
    /// whose token it shall carry (<see cref="InvalidOperationException"/>). A 401 with <c>invalid_token</c> (RFC 6750 §3.1) drops the cached
    /// token and is tried once more when the body can be sent again; so is a 401 with <c>insufficient_user_authentication</c> (RFC 9470) once
    /// <see cref="ActorTokenOptions.StepUp"/> has given a new token for the user. Options that need services are set with
    /// <c>services.AddOptions&lt;ActorTokenOptions&gt;("client name").Configure&lt;TService&gt;(…)</c>.
    /// </remarks>
    /// <param name="builder">A named HTTP client.</param>
    /// <param name="configure">Sets the options; they are checked when the application starts.</param>
    /// <exception cref="InvalidOperationException">This HTTP client has an actor token already, or has no name.</exception>
    public static IHttpClientBuilder AddActorToken(this IHttpClientBuilder builder, Action<ActorTokenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var (name, services) = (builder.Name, builder.Services);
        if (name is null)
        {
            throw new InvalidOperationException("AddActorToken is for one HTTP client, not for the defaults of all: a token is for one relying app.");
        }

        if (services.Any(s => s.ServiceType == typeof(ActorTokenSource) && name.Equals(s.ServiceKey)))
        {
            throw new InvalidOperationException($"The HTTP client '{name}' has an actor token already. Add another HTTP client for another resource or purpose.");
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ActorTokenOptions>, ActorTokenOptionsValidator>());
        services.AddOptions<ActorTokenOptions>(name).Configure(configure).ValidateOnStart();
        services.AddKeyedSingleton(name, (provider, _) => new ActorTokenSource(
            provider.GetRequiredService<IOptionsMonitor<ActorTokenOptions>>().Get(name), provider.GetRequiredService<TimeProvider>(), Logger(provider)));
        return builder.AddHttpMessageHandler(provider => new ActorTokenHandler(provider.GetRequiredKeyedService<ActorTokenSource>(name)));
    }

    /// <summary>Registers the bare <see cref="TokenExchangeClient"/> as a singleton, for agents that handle the token themselves.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked when the application starts.</param>
    public static IServiceCollection AddTokenExchangeClient(this IServiceCollection services, Action<TokenExchangeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TokenExchangeClientOptions>, TokenExchangeClientOptionsValidator>());
        services.AddOptions<TokenExchangeClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddSingleton(provider => new TokenExchangeClient(
            provider.GetRequiredService<IOptions<TokenExchangeClientOptions>>().Value, provider.GetRequiredService<TimeProvider>(), Logger(provider)));
        return services;
    }

    private static ILogger Logger(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
}
