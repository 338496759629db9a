using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace TokenExchange.ResourceServer.Authority;

/// <summary>Calls the server's own API in this app's name.</summary>
internal sealed class AuthorityApi(ApiTokenSource tokens, Backchannel backchannel, ILogger<AuthorityApi> logger)
{
    /// <summary>
    /// Calls, once more with a new token when the first one is not taken. Null when there is no answer: no token to be had, nobody reached, or not in time;
    /// that is in the log then.
    /// </summary>
    /// <param name="create">Makes the request; called again for a second attempt.</param>
    /// <param name="patience">How long to wait for the whole answer; null means as long as for any call.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> create, TimeSpan? patience, CancellationToken cancel)
    {
        for (var attempt = 1; await tokens.GetAsync(cancel) is { } token; attempt++)
        {
            using var request = create();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            try
            {
                var response = await backchannel.SendAsync(request, patience, cancel);
                if (response.StatusCode != HttpStatusCode.Unauthorized || attempt > 1)
                {
                    return response;
                }

                response.Dispose();
                tokens.Forget(token);
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                logger.ApiUnreachable(e, request.RequestUri!.GetLeftPart(UriPartial.Path));
                return null;
            }
        }

        return null;
    }
}
