using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace TokenExchange.Client;

/// <summary>
/// Sends a request with the actor token of its user. In order: may this request carry a token at all, whose, exchange (or cache), send, and one
/// more try when the relying app no longer accepts the token.
/// </summary>
internal sealed partial class ActorTokenHandler(ActorTokenSource tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = CheckDestination(request);
        var subjectToken = await FindSubjectTokenAsync(request, cancellationToken);
        var (uri, method) = (request.RequestUri, request.Method);
        try
        {
            var token = await tokens.GetAsync(subjectToken, cancellationToken);
            var response = await SendWithAsync(request, token, cancellationToken);

            // Once a redirect was followed, the 401 is not the relying app's word, and the request now points wherever it led: it gets no other token.
            if (!IsTokenRefused(response) || !ReferenceEquals(request.RequestUri, uri) || request.Method != method)
            {
                return response;
            }

            tokens.Evict(subjectToken, token);
            var retrying = CanBeSentAgain(request.Content);
            tokens.Logger.TokenRejected(origin, retrying);
            if (!retrying)
            {
                return response;
            }

            response.Dispose();
            return await SendWithAsync(request, await tokens.GetAsync(subjectToken, cancellationToken), cancellationToken);
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

    private Task<HttpResponseMessage> SendWithAsync(HttpRequestMessage request, IssuedToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }

    /// <summary>RFC 6750 §3.1. Any other 401, step-up (RFC 9470) above all, a fresh token would not cure.</summary>
    private static bool IsTokenRefused(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized
        && response.Headers.WwwAuthenticate.Any(c =>
            string.Equals(c.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && c.Parameter is not null && InvalidToken().IsMatch(c.Parameter));

    /// <summary>Whether the body is in memory and writes the same bytes again. A stream may be read already; a JSON sequence may be spent.</summary>
    private static bool CanBeSentAgain(HttpContent? content) => content switch
    {
        null or ByteArrayContent or ReadOnlyMemoryContent => true,
        JsonContent json => !json.ObjectType.GetInterfaces().Append(json.ObjectType).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)),
        MultipartContent parts => parts.All(CanBeSentAgain),
        _ => false,
    };

    [GeneratedRegex("""(?:\A|[\s,])error\s*=\s*"?invalid_token"?(?:[\s,]|\z)""", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex InvalidToken();
}
