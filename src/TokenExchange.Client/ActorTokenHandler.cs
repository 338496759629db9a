using System.Net.Http.Json;
using TokenExchange.Core.Protocol;

namespace TokenExchange.Client;

/// <summary>
/// Sends a request with the actor token of its user. In order: may this request carry a token at all, whose, exchange (or cache), send, and one
/// more try when the relying app no longer accepts the token, or wants a sign-in that the user has given meanwhile.
/// </summary>
internal sealed class ActorTokenHandler(ActorTokenSource tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = CheckDestination(request);
        var subjectToken = await FindSubjectTokenAsync(request, cancellationToken);
        var (uri, method) = (request.RequestUri, request.Method);
        try
        {
            var lent = await LendAsync(request, subjectToken, cancellationToken);
            var response = await SendWithAsync(request, lent.Token, cancellationToken);

            // Once a redirect was followed, the 401 is not the relying app's word, and the request now points wherever it led: it gets no other token.
            if (BearerChallenge.Find(response) is not { } challenge || !ReferenceEquals(request.RequestUri, uri) || request.Method != method)
            {
                return response;
            }

            return challenge.Error switch
            {
                ErrorCodes.InvalidToken => await RetryAsync(request, response, lent, origin, cancellationToken),
                ErrorCodes.InsufficientUserAuthentication when tokens.Options.StepUp is not null && !lent.SteppedUp && CanBeSentAgain(request.Content) =>
                    await StepUpAsync(request, response, lent, challenge, cancellationToken),
                _ => response,
            };
        }
        finally
        {
            // The request object lives on in the response and in outer handlers that retry: the token does not.
            request.Headers.Authorization = null;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A client with an actor token sends asynchronously only: use SendAsync.");

    private Origin CheckDestination(HttpRequestMessage request)
    {
        if (!Origin.TryOf(request.RequestUri, out var origin))
        {
            throw new InvalidOperationException("The request is neither for an https URL nor for http on loopback, so it gets no actor token and is not sent.");
        }

        if (!tokens.Origins.Contains(origin))
        {
            throw new InvalidOperationException(
                $"The request is for {origin}, but the actor token is for {tokens.Options.Resource}: it is not sent to a stranger. If that is the same relying app, add the origin to AllowedOrigins.");
        }

        return request.Headers.Authorization is null
            ? origin
            : throw new InvalidOperationException("The request has an Authorization header already, which the actor token would replace. Remove it, or use a client without an actor token.");
    }

    private async ValueTask<SubjectToken> FindSubjectTokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.FindSubjectToken() is { } own)
        {
            return own;
        }

        var give = tokens.Options.SubjectToken
            ?? throw new InvalidOperationException("Nobody says whose token this request shall carry. Set the SubjectToken option, or call request.SetSubjectToken(…).");
        return await give(request, cancellationToken)
            ?? throw new InvalidOperationException("The SubjectToken option gave null for this request, so it gets no actor token and is not sent.");
    }

    // Where the server itself wants another sign-in, nothing was sent yet, and the exchange goes on with it.
    private async Task<Lent> LendAsync(HttpRequestMessage request, SubjectToken subjectToken, CancellationToken cancellationToken)
    {
        try
        {
            return new Lent(subjectToken, await tokens.GetAsync(subjectToken, cancellationToken), SteppedUp: false);
        }
        catch (TokenExchangeRefusedException e) when (tokens.Options.StepUp is not null && e.Refusal.Error is ErrorCodes.InsufficientUserAuthentication)
        {
            if (await tokens.StepUpAsync(subjectToken, e.Refusal.AcrValues, e.Refusal.MaxAge, request, cancellationToken) is not { } fresh)
            {
                throw;
            }

            return new Lent(fresh, await tokens.GetAsync(fresh, cancellationToken), SteppedUp: true);
        }
    }

    // RFC 6750 §3.1: the token is over, whatever the cache thinks.
    private async Task<HttpResponseMessage> RetryAsync(HttpRequestMessage request, HttpResponseMessage response, Lent lent, Origin origin, CancellationToken cancellationToken)
    {
        tokens.Evict(lent.SubjectToken, lent.Token);
        var retrying = CanBeSentAgain(request.Content);
        tokens.Logger.TokenRejected(origin, retrying);
        if (!retrying)
        {
            return response;
        }

        response.Dispose();
        return await SendWithAsync(request, await tokens.GetAsync(lent.SubjectToken, cancellationToken), cancellationToken);
    }

    // RFC 9470 §3: the token is good, and the user's sign-in is not. What was lent under the old sign-in would only be refused again.
    private async Task<HttpResponseMessage> StepUpAsync(
        HttpRequestMessage request, HttpResponseMessage response, Lent lent, BearerChallenge challenge, CancellationToken cancellationToken)
    {
        // Whoever is asked sees the request, and not the token.
        request.Headers.Authorization = null;
        IssuedToken token;
        try
        {
            if (await tokens.StepUpAsync(lent.SubjectToken, challenge.AcrValues, challenge.MaxAge, request, cancellationToken) is not { } fresh)
            {
                return response;
            }

            tokens.Evict(lent.SubjectToken, lent.Token);
            token = await tokens.GetAsync(fresh, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        response.Dispose();
        return await SendWithAsync(request, token, cancellationToken);
    }

    private Task<HttpResponseMessage> SendWithAsync(HttpRequestMessage request, IssuedToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }

    /// <summary>Whether the body is in memory and writes the same bytes again. A stream may be read already; a JSON sequence may be spent.</summary>
    private static bool CanBeSentAgain(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent => true,
        JsonContent json => !json.ObjectType.GetInterfaces().Append(json.ObjectType).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)),
        MultipartContent parts => parts.All(CanBeSentAgain),
        _ => false,
    };

    /// <summary>The token a request goes out with, whose it is, and whether the user signed in anew for it.</summary>
    private sealed record Lent(SubjectToken SubjectToken, IssuedToken Token, bool SteppedUp);
}
