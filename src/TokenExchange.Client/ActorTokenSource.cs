using Microsoft.Extensions.Logging;

namespace TokenExchange.Client;

/// <summary>
/// Gives the actor tokens of one named HTTP client. It outlives the handlers, which the client factory replaces every few minutes, so that
/// cached tokens do too.
/// </summary>
internal sealed class ActorTokenSource(ActorTokenOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TokenExchangeClient _client = new(options, time, logger);
    private readonly StepUps _stepUps = new();
    private readonly ActorTokenCache _cache = new(options.MaxCachedTokens, options.RenewBefore, time);

    public ActorTokenOptions Options { get; } = options;

    public ILogger Logger { get; } = logger;

    /// <summary>Where requests with a token may go.</summary>
    public HashSet<Origin> Origins { get; } = ReadOrigins(options);

    /// <exception cref="TokenExchangeRefusedException">The server refused.</exception>
    /// <exception cref="TokenExchangeException">The exchange could not be carried out.</exception>
    public async Task<IssuedToken> GetAsync(SubjectToken subjectToken, CancellationToken cancellationToken)
    {
        var asked = Ask(subjectToken);
        return await _cache.GetAsync(ActorTokenCache.Key.Of(asked, Options.ClientId), () => _client.ExchangeAsync(asked, CancellationToken.None), cancellationToken) switch
        {
            ExchangeResult.Succeeded { Token: var token } => token,
            ExchangeResult.Refused refused => throw new TokenExchangeRefusedException(refused, Options.Resource, Options.Purpose),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no result of an exchange."),
        };
    }

    /// <summary>The relying app refused this token: do not give it out again.</summary>
    public void Evict(SubjectToken subjectToken, IssuedToken refused) =>
        _cache.Evict(ActorTokenCache.Key.Of(Ask(subjectToken), Options.ClientId), refused);

    /// <summary>Asks for a sign-in that is enough; null when it is not to be had. Only where the StepUp option is set.</summary>
    public async Task<SubjectToken?> StepUpAsync(SubjectToken held, IReadOnlyList<string> acrValues, TimeSpan? maxAge, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var wanted = new StepUpRequest(acrValues, maxAge, Options.Resource, Options.Purpose, held, request);
        var key = new StepUps.Key(ActorTokenCache.Key.Of(Ask(held), Options.ClientId), string.Join(' ', acrValues), maxAge);
        var asked = _stepUps.AskAsync(key, cancel => Options.StepUp!(wanted, cancel), cancellationToken);
        Logger.StepUpNeeded(Options.Resource, key.AcrValues, maxAge);
        return await asked;
    }

    public void Dispose() => _client.Dispose();

    private ExchangeParameters Ask(SubjectToken subjectToken) =>
        new(subjectToken, Options.Resource) { Purpose = Options.Purpose, Scopes = Options.Scopes };

    private static HashSet<Origin> ReadOrigins(ActorTokenOptions options)
    {
        HashSet<Origin> origins = [];
        if (Origin.TryOf(new Uri(options.Resource), out var own))
        {
            origins.Add(own);
        }

        foreach (var text in options.AllowedOrigins)
        {
            if (Origin.TryParse(text, out var origin))
            {
                origins.Add(origin);
            }
        }

        return origins;
    }
}
