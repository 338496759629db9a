using System.Net;
using Microsoft.Extensions.Logging;

namespace TokenExchange.Client;

/// <summary>
/// Exchanges a token that stands for a user for an actor token (RFC 8693). It keeps no tokens: for an <see cref="HttpClient"/> that does, see
/// <c>AddActorToken</c>. Get it by <c>services.AddTokenExchangeClient(…)</c>; it may be used by many threads at once.
/// </summary>
public sealed class TokenExchangeClient : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Backchannel _backchannel;
    private readonly ServerMetadata _metadata;
    private readonly ClientAuthentication _authentication;

    /// <param name="options">Validated already.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives one entry per exchange, never a token.</param>
    internal TokenExchangeClient(TokenExchangeClientOptions options, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _backchannel = new Backchannel(options.Timeout, time);
        _metadata = new ServerMetadata(options.Authority, _backchannel);
        _authentication = ClientAuthentication.From(options, time);
    }

    /// <summary>Asks the server for an actor token.</summary>
    /// <param name="parameters">Whose, for which resource, under which purpose, with which scopes.</param>
    /// <param name="cancellationToken">Gives up waiting; the server may have issued the token all the same.</param>
    /// <returns>The token, or the refusal as the server told it (every 4xx OAuth error but 429).</returns>
    /// <exception cref="ArgumentException">The resource, the purpose or a scope is malformed; nothing was sent.</exception>
    /// <exception cref="TokenExchangeException">
    /// The server was not reached, answered 5xx or 429, or answered something that is neither a token of the kind asked for nor an OAuth error.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<ExchangeResult> ExchangeAsync(ExchangeParameters parameters, CancellationToken cancellationToken = default)
    {
        var form = new ExchangeForm(parameters);
        try
        {
            var endpoint = await _metadata.GetTokenEndpointAsync(cancellationToken);
            var result = await AskAsync(endpoint, form, cancellationToken);
            Tell(form, result);
            return result;
        }
        catch (TokenExchangeException e)
        {
            _logger.ExchangeFailed(form.Resource, form.Purpose, e.Message);
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _backchannel.Dispose();

    private async Task<ExchangeResult> AskAsync(Uri endpoint, ExchangeForm form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        var fields = form.ToFields();
        _authentication.Apply(request.Headers, fields);
        request.Content = new FormUrlEncodedContent(fields);
        var askedAt = _time.GetUtcNow();
        try
        {
            return TokenAnswer.Read(await _backchannel.SendAsync(request, cancellationToken), form, askedAt);
        }
        catch (TokenExchangeException e) when (e.StatusCode is null or (< HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests))
        {
            // The endpoint may have moved. A server that says it is busy is the right one: it is not asked for its metadata as well.
            _metadata.Forget(endpoint);
            throw;
        }
    }

    private void Tell(ExchangeForm form, ExchangeResult result)
    {
        switch (result)
        {
            case ExchangeResult.Succeeded { Token: var token }:
                _logger.Exchanged(form.Resource, token.Purpose, token.Scopes, token.ExpiresAt);
                break;
            case ExchangeResult.Refused refused:
                _logger.ExchangeRefused(form.Resource, form.Purpose, refused.Error, refused.ErrorDescription);
                break;
        }
    }
}
